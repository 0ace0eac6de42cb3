import { isIP } from 'node:net';
import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import type { CallLeg } from '../signaling/call-leg.ts';
import { H323Endpoint } from '../signaling/h323/endpoint.ts';
import { MAX_REGISTERED_ALIASES } from '../signaling/h323/ras/registration.ts';
import type { BoundListener } from './listener.ts';
import type { Meeting } from './meeting/meeting.ts';
import type { Problems } from './problems.ts';
import { h323EndpointOptions } from './service-options.ts';
import type { Telling } from './telling.ts';

interface H323Parts {
  readonly telling: Telling;
  readonly logger: Logger;
  readonly problems: Problems;
}

/** Topic among the problems of `/status`. */
const GATEKEEPER = 'gatekeeper';

/** The H.323 endpoint, and who hears of what it refuses. */
export class H323Stack {
  readonly #endpoint: H323Endpoint;
  readonly #address: string;
  readonly #telling: Telling;
  readonly #logger: Logger;
  readonly #problems: Problems;
  readonly #gatekeeperAliases: readonly string[];
  #isRegistered = false;
  #port: number | null = null;

  /** @param port where it is to listen; 0 takes any free one */
  constructor(
    config: Config,
    port: number,
    { telling, logger, problems }: H323Parts,
    onCall: (leg: CallLeg) => void,
  ) {
    this.#address = config.sip.address;
    this.#telling = telling;
    this.#logger = logger;
    this.#problems = problems;
    this.#gatekeeperAliases = config.h323.gatekeeper?.aliases ?? [];
    this.#endpoint = new H323Endpoint(h323EndpointOptions(config, port), {
      onCall,
      onRefused: (detail, remoteAddress, limit) => this.#onRefused(detail, remoteAddress, limit),
      onMalformed: (detail, remoteAddress) => this.#onMalformed(detail, remoteAddress),
      onGatekeeper: (isRegistered, detail) => this.#onGatekeeper(isRegistered, detail),
    });
    const { advertisedAddress } = config.sip;
    if (advertisedAddress !== 'auto' && isIP(advertisedAddress) === 0) {
      logger.warn({ advertisedAddress }, 'H.323 carries no host names: its callers are told local addresses');
    }
  }

  get listeners(): readonly BoundListener[] {
    return this.#port === null ? [] : [{ key: 'h323.port', address: this.#address, port: this.#port }];
  }

  /** Rejects with the error of `listen`, such as EADDRINUSE. */
  async start(): Promise<void> {
    this.#port = await this.#endpoint.start();
    this.#publishGauge(
      'connections',
      'Open connections of H.323 calls',
      () => this.#endpoint.connectionCount,
    );
    const registered = '1 while a gatekeeper has us registered';
    this.#publishGauge('registered', registered, () => Number(this.#isRegistered));
  }

  /** Tells the gatekeeper which meetings rooms can dial; the aliases of the configuration come first. */
  tellMeetings(meetings: readonly Pick<Meeting, 'id'>[]): void {
    const aliases = [...this.#gatekeeperAliases, ...meetings.map(({ id }) => id)];
    if (aliases.length > MAX_REGISTERED_ALIASES)
      this.#logger.warn({ aliases: aliases.length }, `only ${MAX_REGISTERED_ALIASES} aliases are registered`);
    this.#endpoint.setAliases(aliases);
  }

  /** Resolves when the last connection is closed; calls that are left are ended with a Release Complete. */
  async stop(): Promise<void> {
    await this.#endpoint.stop();
  }

  #onRefused(detail: string, remoteAddress: string, limit: string | null): void {
    if (limit === null) this.#telling.malformed('h323-refused', detail, Date.now(), remoteAddress);
    else this.#telling.limitHit(`h323-${limit}`, detail, Date.now(), remoteAddress);
    this.#logger[limit === null ? 'info' : 'warn']({ remote: remoteAddress, detail }, 'H.323 refused');
  }

  #onMalformed(detail: string, remoteAddress: string): void {
    this.#telling.malformed('h323-malformed', detail, Date.now(), remoteAddress);
    this.#logger.info({ remote: remoteAddress, detail }, 'malformed H.323 message');
  }

  #onGatekeeper(isRegistered: boolean, detail: string): void {
    const wasRegistered = this.#isRegistered;
    this.#isRegistered = isRegistered;
    if (isRegistered) {
      this.#problems.settle(GATEKEEPER);
      this.#logger.info({ detail }, 'gatekeeper');
      return;
    }
    this.#problems.raise(GATEKEEPER, `The gatekeeper has not registered us: ${detail}.`);
    this.#logger.warn({ detail }, wasRegistered ? 'gatekeeper lost' : 'no gatekeeper');
  }

  #publishGauge(name: string, help: string, read: () => number): void {
    this.#telling.addGauge({ name: `carillon_h323_${name}`, help, labels: [] }, read);
  }
}
