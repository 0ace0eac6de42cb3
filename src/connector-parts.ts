import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import type { WorkerMediaEngine } from '../media/engine/media-engine.ts';
import { ping } from '../signaling/sip/outside-request.ts';
import type { UserAgent } from '../signaling/sip/user-agent.ts';
import type { CallRegistry } from './call/call-registry.ts';
import { ConnectorCalls } from './connector/connector-calls.ts';
import { ConnectorDirectory } from './connector/connector-directory.ts';
import { type CallFollower, ConnectorJournal } from './connector/connector-journal.ts';
import { KeptChanges } from './connector/kept-changes.ts';
import { LoopGuard } from './connector/loop-guard.ts';
import type { StreamOpener } from './connector/recording-description.ts';
import { RouteHealthWatch } from './connector/route-health.ts';
import { TelephoneNetwork } from './connector/telephone-network.ts';
import type { Problems } from './problems.ts';
import type { SipStack } from './sip-stack.ts';
import type { Telling } from './telling.ts';

/** Topic among the problems of `/status`. */
const CHANGES = 'connector changes';

/** Connectors as configured, with what was changed over HTTP laid over. @throws ConfigError */
export function createConnectorDirectory(
  config: Config,
  logger: Logger,
  problems: Problems,
): { readonly directory: ConnectorDirectory; readonly kept: KeptChanges } {
  const { trunk, dataDirectory } = config;
  const path = trunk.changesFile === null ? null : join(dataDirectory, trunk.changesFile);
  const kept = new KeptChanges(path, (error) => {
    if (error === null) {
      problems.settle(CHANGES);
      return;
    }
    problems.raise(
      CHANGES,
      `${path} cannot be written: ${error.message}. What was changed is lost at the stop.`,
    );
    logger.error({ path, err: error }, 'changes of connectors cannot be kept');
  });
  const directory = new ConnectorDirectory(config);
  kept.applyTo(directory);
  return { directory, kept };
}

/** Where calls of Voice Connectors are taken. */
export function createConnectorCalls(
  config: Config,
  logger: Logger,
  parts: {
    readonly telling: Telling;
    readonly followers: readonly CallFollower[];
    readonly streaming: StreamOpener;
    readonly media: WorkerMediaEngine;
    readonly calls: CallRegistry;
    readonly directory: ConnectorDirectory;
    /** Null until the SIP stack is there. */
    userAgent(): UserAgent | null;
    network(): TelephoneNetwork | null;
  },
): ConnectorCalls {
  const userAgent = (): UserAgent => {
    const found = parts.userAgent();
    if (found === null) throw new Error('a trunk call before there was SIP');
    return found;
  };
  const { sip, trunk } = config;
  return new ConnectorCalls({
    directory: parts.directory,
    calls: parts.calls,
    media: parts.media,
    observer: new ConnectorJournal(logger, parts.telling, parts.followers),
    streaming: parts.streaming,
    loops: new LoopGuard(),
    settings: trunk,
    dialer: {
      get capabilities() {
        return userAgent().settings.capabilities;
      },
      get network() {
        return parts.network()?.trunkFlow ?? null;
      },
      flowTo: (uri) => userAgent().flows.flowTo(uri),
      call: (target, options) => userAgent().call(target, options),
    },
    mediaBindAddress: sip.address,
    mediaAddressFor: (localAddress) =>
      trunk.mediaAddress ?? (sip.advertisedAddress === 'auto' ? localAddress : sip.advertisedAddress),
    now: Date.now,
    random: Math.random,
    after,
  });
}

/** Asks routes whether they are there; the function returned ends it. */
export function watchRoutes(
  { trunk }: Config,
  logger: Logger,
  directory: ConnectorDirectory,
  { userAgent }: SipStack,
): () => void {
  const { optionsIntervalSeconds } = trunk;
  if (optionsIntervalSeconds === null) return () => undefined;
  const watch = new RouteHealthWatch({
    directory,
    ping: (target) => ping(userAgent, target),
    now: Date.now,
    onChanged: (voiceConnectorId, { isReachable, ...health }) => {
      const facts = { voiceConnectorId, ...health };
      if (isReachable) logger.info(facts, 'route can be reached again');
      else logger.warn(facts, 'route cannot be reached');
    },
  });
  const timer = setInterval(() => void watch.askAll(), optionsIntervalSeconds * 1000);
  return () => clearInterval(timer);
}

/** The far end of connectors without a carrier. */
export function createTelephoneNetwork(
  config: Config,
  media: WorkerMediaEngine,
  sip: SipStack,
): TelephoneNetwork {
  const { address } = config.sip;
  const isAnywhere = address === '0.0.0.0' || address === '::';
  return new TelephoneNetwork(sip.transport.openLoopback(isAnywhere ? '127.0.0.1' : address), {
    media,
    mediaBindAddress: isAnywhere ? '127.0.0.1' : address,
    now: Date.now,
    after,
    capabilities: sip.userAgent.settings.capabilities,
    call: (target, options) => sip.userAgent.call(target, options),
  });
}

/** Does something later, unless the function returned is called before. */
export function after(delayMs: number, action: () => void): () => void {
  const timer = setTimeout(action, delayMs);
  return () => clearTimeout(timer);
}
