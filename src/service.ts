import { networkInterfaces } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import { CallRegistry } from './call/call-registry.ts';
import { ConnectorAdministration } from './connector/connector-administration.ts';
import type { ConnectorCalls } from './connector/connector-calls.ts';
import type { TelephoneNetwork } from './connector/telephone-network.ts';
import {
  createConnectorCalls,
  createConnectorDirectory,
  createTelephoneNetwork,
  watchRoutes,
} from './connector-parts.ts';
import { createGuessing } from './guessing/create-guessing.ts';
import type { H323Stack } from './h323-stack.ts';
import { createHomer, type Homer } from './hep/homer.ts';
import type { HttpServer } from './http/server.ts';
import { type BoundListener, h323Port, SIP_LISTENER_KEYS } from './listener.ts';
import { MeetingDirectory } from './meeting/meeting-directory.ts';
import { RecordingDesk } from './meeting/recording-desk.ts';
import { Problems } from './problems.ts';
import { createQualityReports } from './quality/create-quality-reports.ts';
import type { QualityReports } from './quality/quality-reports.ts';
import type { MeetingRecordings } from './recording/meeting-recordings.ts';
import { endRecordingsWith } from './recording/meeting-watch.ts';
import { CallKeeping } from './records/call-keeping.ts';
import { keepMeetingRecords } from './records/create-records.ts';
import { roomRules } from './service-options.ts';
import {
  createInboundCalls,
  createMedia,
  createRecordings,
  createTelling,
  startMedia,
} from './service-parts.ts';
import { RunningServiceView } from './service-view.ts';
import { SipStack } from './sip-stack.ts';
import { SipWatch } from './sip-watch.ts';
import { openTlsIdentity } from './tls-identity.ts';

/** The service while it runs. */
export interface Service {
  /** Where it really listens. */
  readonly listeners: readonly BoundListener[];
  /** Ends every call properly, writes what is left to tell, and lets go of everything. */
  stop(): Promise<void>;
}

/** How long the other sides have to answer our BYE when the service stops. */
const FAREWELL_MS = 1000;
const FAREWELL_POLL_MS = 20;

/**
 * Builds every part, once, in the order they need each other, and starts them. The only place that wires.
 * @throws ConfigError, ListenFailed, or what the HTTP server's `listen` throws; nothing is left open then.
 */
export async function startService(config: Config, logger: Logger): Promise<Service> {
  const service = new RunningService(config, logger);
  try {
    await service.start();
  } catch (error) {
    await service.stop();
    throw error;
  }
  return service;
}

class RunningService implements Service {
  readonly #config: Config;
  readonly #logger: Logger;
  readonly #problems = new Problems();
  readonly #calls: CallRegistry;
  readonly #telling: ReturnType<typeof createTelling>;
  readonly #homer: Homer | null;
  readonly #media: ReturnType<typeof createMedia>;
  readonly #keeping: CallKeeping;
  readonly #recordings: MeetingRecordings;
  readonly #recordingDesk: RecordingDesk;
  readonly #meetings: MeetingDirectory;
  readonly #guessing: ReturnType<typeof createGuessing>;
  readonly #inbound: ReturnType<typeof createInboundCalls>;
  readonly #directory: ReturnType<typeof createConnectorDirectory>;
  readonly #connectors: ConnectorCalls;
  readonly #quality: QualityReports;
  readonly #startedAtMs = Date.now();
  #sip: SipStack | null = null;
  #network: TelephoneNetwork | null = null;
  #h323: H323Stack | null = null;
  #http: HttpServer | null = null;
  #stopRouteWatch: () => void = () => undefined;
  #isStopping = false;

  constructor(config: Config, logger: Logger) {
    this.#config = config;
    this.#logger = logger;
    this.#calls = new CallRegistry(config.limits.maxEndedCalls);
    this.#telling = createTelling(config, logger, this.#problems, (id) => this.#connectors.isLogged(id));
    const watchers = { telling: this.#telling, problems: this.#problems, calls: this.#calls };
    this.#homer = createHomer(config, logger, watchers);
    const hep = this.#homer?.export ?? null;
    this.#media = createMedia(config, logger, hep);
    this.#directory = createConnectorDirectory(config, logger, this.#problems);
    this.#keeping = new CallKeeping(config, logger, {
      ...watchers,
      media: this.#media,
      directory: this.#directory.directory,
    });
    this.#recordings = createRecordings(config, logger, {
      ...watchers,
      media: this.#media,
      meeting: (id) => this.#meetings.get(id),
    });
    this.#recordingDesk = new RecordingDesk(this.#recordings);
    const kept = endRecordingsWith(this.#recordingDesk, this.#telling);
    const listener = keepMeetingRecords(config, { keeper: this.#keeping.records, ...watchers }, kept);
    this.#meetings = new MeetingDirectory(config.meetings, roomRules(config), listener);
    this.#guessing = createGuessing(config, logger, watchers);
    this.#inbound = createInboundCalls(config, logger, {
      telling: this.#telling,
      media: this.#media,
      calls: this.#calls,
      meetings: this.#meetings,
      guessing: this.#guessing.guessing,
      recordings: this.#recordingDesk,
      onCallEnded: (call, nowMs) => void this.#quality.callEnded(call, nowMs),
    });
    this.#quality = createQualityReports(config, logger, {
      calls: this.#calls,
      telling: this.#telling,
      hep,
      userAgent: () => this.#sip?.userAgent ?? null,
    });
    this.#connectors = createConnectorCalls(config, logger, {
      directory: this.#directory.directory,
      telling: this.#telling,
      followers: [...this.#keeping.followers, this.#quality],
      streaming: this.#keeping.streaming.sessions,
      media: this.#media,
      calls: this.#calls,
      userAgent: () => this.#sip?.userAgent ?? null,
      network: () => this.#network,
    });
  }

  get listeners(): readonly BoundListener[] {
    const sip = this.#sip?.transport.listeners ?? [];
    const http = this.#http;
    const connectorPorts = new Set(this.#config.voiceConnectors.map(({ port }) => port));
    return [
      ...sip.map(({ transport, address, port }) => ({
        key: connectorPorts.has(port) ? 'voiceConnectors.port' : SIP_LISTENER_KEYS[transport],
        address,
        port,
      })),
      ...(this.#h323?.listeners ?? []),
      ...(http === null ? [] : [{ key: 'http.port', address: http.address, port: http.port } as const]),
    ];
  }

  async start(): Promise<void> {
    // The heavy modules load while the media workers, threads of their own, start.
    const h323 = h323Port(this.#config.h323) === null ? null : import('./h323-stack.ts');
    const http = this.#config.http.port === null ? null : import('./http/server.ts');
    await Promise.all([startMedia(this.#media), this.#homer?.start(), h323, http]);
    this.#telling.start();
    this.#keeping.start();
    await this.#startSip();
    await this.#startH323();
    await this.#startHttp();
  }

  async stop(): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#stopRouteWatch();
    await Promise.all([this.#inbound.endAll(), this.#connectors.endAll()]);
    await this.#keeping.stop();
    await this.#recordings.stopAll(Date.now());
    await this.#farewell();
    await this.#h323?.stop();
    await this.#sip?.stop();
    await this.#media.stop();
    await this.#http?.stop();
    await this.#guessing.failures.flush();
    await this.#homer?.stop();
    await this.#telling.stop(Date.now());
  }

  async #startSip(): Promise<void> {
    const config = this.#config;
    const isTls = config.sip.tlsPort !== null;
    const identity = isTls ? await openTlsIdentity(config, networkInterfaces(), Date.now()) : null;
    const watch = new SipWatch(
      this.#telling,
      this.#logger,
      config.logging.sipMessages,
      this.#homer?.export ?? null,
    );
    const sip: SipStack = new SipStack(config, identity, watch, {
      onCall: (leg) => {
        if (this.#network?.takes(leg)) return;
        if (!this.#connectors.takes(leg)) this.#inbound.take(leg);
      },
      busy: () => this.#inbound.fullness(),
      onQualityReport: (published) => this.#quality.receive(published, Date.now()),
      authenticate: (request, flow) => this.#connectors.authenticate(request, flow),
    });
    this.#sip = sip;
    this.#network = createTelephoneNetwork(config, this.#media, sip);
    await sip.start();
    this.#stopRouteWatch = watchRoutes(config, this.#logger, this.#directory.directory, sip);
    this.#publishGauges(sip);
  }

  async #startH323(): Promise<void> {
    const port = h323Port(this.#config.h323);
    if (port === null) return;
    const parts = { telling: this.#telling, logger: this.#logger, problems: this.#problems };
    const { H323Stack } = await import('./h323-stack.ts');
    const h323 = new H323Stack(this.#config, port, parts, (leg) => this.#inbound.take(leg));
    this.#h323 = h323;
    h323.tellMeetings(this.#meetings.all());
    await h323.start();
  }

  async #startHttp(): Promise<void> {
    const { port, ...options } = this.#config.http;
    const sip = this.#sip;
    if (port === null || sip === null) return;
    const view = new RunningServiceView({
      config: this.#config,
      calls: this.#calls,
      meetings: this.#meetings,
      media: this.#media,
      recordings: this.#recordings,
      guessing: this.#guessing.guessing,
      recordingDesk: this.#recordingDesk,
      telling: this.#telling,
      sip,
      startedAtMs: this.#startedAtMs,
      isStopping: () => this.#isStopping,
      listeners: () => this.listeners,
      problems: () => this.#problems.list(),
      untilGone: (meetingId) => this.#inbound.untilGone(meetingId),
      onMeetingCreated: () => this.#h323?.tellMeetings(this.#meetings.all()),
      connectors: new ConnectorAdministration(
        this.#directory.directory,
        this.#directory.kept,
        () => this.#network,
      ),
    });
    const { startHttpServer } = await import('./http/server.ts');
    this.#http = await startHttpServer(view, { ...options, port }, (error) =>
      this.#logger.error({ err: error }, 'an HTTP request failed by a fault of ours'),
    );
  }

  #publishGauges(sip: SipStack): void {
    const gauge = this.#publishGauge.bind(this);
    gauge('sip_transactions', 'SIP transactions kept', () => sip.transactions.size);
    gauge('sip_dialogs', 'SIP dialogs kept', () => sip.userAgent.statistics.dialogs);
    gauge('sip_timers', 'SIP timers that run', () => sip.clock.size);
    gauge('sip_connections', 'Open connections', () => sip.transport.statistics().connections);
    gauge('recordings_open', 'Recordings that are being written', () => this.#recordings.openCount);
    gauge('recordings_broken', 'Recordings that failed since the start', () => this.#recordings.brokenCount);
    gauge('records_waiting', 'Call detail records not written yet', () => this.#keeping.records.waiting);
    const { guessing } = this.#guessing;
    gauge(
      'guesses_failed',
      'Wrong meeting IDs and passcodes since the start',
      () => guessing.statistics.failed,
    );
    gauge('guesses_delayed', 'IDs and passcodes that had to wait', () => guessing.statistics.delayed);
    gauge('guesses_refused', 'IDs and passcodes not looked at', () => guessing.statistics.refused);
    const { trunk } = this.#keeping.streaming;
    gauge('calls_streamed', 'Trunk calls that are being streamed', () => trunk.openCount);
    gauge('media_legs', 'Legs with open media ports', () => this.#media.statistics().legs);
    gauge('media_port_pairs_free', 'Port pairs not in use', () => this.#media.statistics().portsFree);
  }

  #publishGauge(name: string, help: string, read: () => number): void {
    this.#telling.addGauge({ name: `carillon_${name}`, help, labels: [] }, read);
  }

  /** Our BYEs were sent; those over UDP may need to be sent again. */
  async #farewell(): Promise<void> {
    const deadlineMs = Date.now() + FAREWELL_MS;
    while ((this.#sip?.userAgent.statistics.dialogs ?? 0) > 0 && Date.now() < deadlineMs) {
      await delay(FAREWELL_POLL_MS);
    }
  }
}
