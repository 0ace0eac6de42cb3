import type { Logger } from 'pino';
import type { Config } from '../../config/schema.ts';
import type { UserAgent } from '../../signaling/sip/user-agent.ts';
import type { CallRegistry } from '../call/call-registry.ts';
import type { HepExport } from '../hep/hep-export.ts';
import type { Telling } from '../telling.ts';
import { QualityReports } from './quality-reports.ts';

/** Reports that are published by the SIP stack, once there is one. */
export function createQualityReports(
  config: Config,
  logger: Logger,
  parts: {
    readonly calls: CallRegistry;
    readonly telling: Telling;
    readonly hep: HepExport | null;
    /** Null until the SIP stack is there. */
    userAgent(): UserAgent | null;
  },
): QualityReports {
  const { calls, telling, hep } = parts;
  const { collector, userName: username, password } = config.quality.reports;
  const credentials = username === null || password === null ? null : { username, password };
  return new QualityReports({
    collector,
    publish: async (target, body) => {
      const userAgent = parts.userAgent();
      if (userAgent === null) throw new Error('the SIP stack has not started');
      return userAgent.publish(target, body, credentials);
    },
    ...{ calls, telling, hep, logger },
  });
}
