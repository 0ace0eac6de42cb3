import type { Logger } from 'pino';
import type { Config } from '../../config/schema.ts';
import type { Call } from '../call/call.ts';
import type { CallRegistry } from '../call/call-registry.ts';
import { TrunkCall } from '../connector/trunk-call.ts';
import type { Problems } from '../problems.ts';
import type { Telling } from '../telling.ts';
import { HepExport, type LegOwner } from './hep-export.ts';
import { HepSocket } from './hep-socket.ts';

/** Topic among the problems of `/status`. */
const TOPIC = 'hep';
const SIDES = ['customer', 'remote'] as const;
const UNSPECIFIED: readonly string[] = ['0.0.0.0', '::'];

/** What shows calls to Homer. */
export interface Homer {
  readonly export: HepExport;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Null where none is configured. A Homer that is not there is told in the log and in `/status`, and costs no call. */
export function createHomer(
  config: Config,
  logger: Logger,
  parts: { readonly telling: Telling; readonly problems: Problems; readonly calls: CallRegistry },
): Homer | null {
  const { host, port, captureAgentId, password } = config.metrics.sinks.hep;
  if (host === null) return null;
  const homer = `${host}:${port}`;
  const socket = new HepSocket({
    host,
    port,
    onTrouble: ({ kind, detail }) => {
      if (kind === 'failing') {
        parts.problems.raise(TOPIC, `Homer at ${homer} cannot be reached: ${detail}`);
        logger.warn({ homer, detail }, 'Homer cannot be reached');
      } else {
        parts.problems.settle(TOPIC);
        logger.info({ homer }, 'Homer can be reached again');
      }
    },
  });
  const help = 'Packets for Homer (HEP3) that were sent, and that could not be';
  parts.telling.addGauge(
    { name: 'carillon_hep_packets_total', help, labels: ['result'] },
    () => [
      { labels: ['sent'], value: socket.counters.sent },
      { labels: ['dropped'], value: socket.counters.dropped },
    ],
    'counter',
  );
  return {
    export: new HepExport({
      agent: { captureAgentId, password },
      send: (packet, nowMs) => socket.send(packet, nowMs),
      ownerOf: (legId) => ownerOf(legId, parts.calls, config.sip.address),
    }),
    start: () => socket.start(Date.now()),
    stop: () => socket.stop(),
  };
}

/** A leg has the ID of its call, or, in trunk calls, that and the side. */
function ownerOf(legId: string, calls: CallRegistry, bindAddress: string): LegOwner | null {
  const side = SIDES.find((each) => legId.endsWith(`-${each}`));
  const call = calls.get(side === undefined ? legId : legId.slice(0, -side.length - 1));
  if (call === undefined) return null;
  const localAddress = UNSPECIFIED.includes(bindAddress) ? call.localRtp?.address : bindAddress;
  if (localAddress === undefined) return null;
  return { callId: callIdOf(call, side), localAddress };
}

function callIdOf(call: Call, side: (typeof SIDES)[number] | undefined): string {
  const leg = side !== undefined && call instanceof TrunkCall ? call.legs[side] : null;
  return leg?.sipCallId ?? call.leg.remoteCallId;
}
