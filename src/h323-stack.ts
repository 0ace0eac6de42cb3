import { isIP } from 'node:net';
import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import type { CallLeg } from '../signaling/call-leg.ts';
import { H323Endpoint } from '../signaling/h323/endpoint.ts';
import type { BoundListener } from './listener.ts';
import { h323EndpointOptions } from './service-options.ts';
import type { Telling } from './telling.ts';

/** The H.323 endpoint, and who hears of what it refuses. */
export class H323Stack {
  readonly #endpoint: H323Endpoint;
  readonly #address: string;
  readonly #telling: Telling;
  readonly #logger: Logger;
  #port: number | null = null;

  /** @param port where it is to listen; 0 takes any free one */
  constructor(
    config: Config,
    port: number,
    { telling, logger }: { readonly telling: Telling; readonly logger: Logger },
    onCall: (leg: CallLeg) => void,
  ) {
    this.#address = config.sip.address;
    this.#telling = telling;
    this.#logger = logger;
    this.#endpoint = new H323Endpoint(h323EndpointOptions(config, port), {
      onCall,
      onRefused: (detail, remoteAddress, limit) => this.#onRefused(detail, remoteAddress, limit),
      onMalformed: (detail, remoteAddress) => this.#onMalformed(detail, remoteAddress),
    });
    const { advertisedAddress } = config.sip;
    if (advertisedAddress !== 'auto' && isIP(advertisedAddress) === 0) {
      logger.warn({ advertisedAddress }, 'H.323 carries no host names: its callers are told local addresses');
    }
  }

  get listeners(): readonly BoundListener[] {
    return this.#port === null ? [] : [{ key: 'h323.port', address: this.#address, port: this.#port }];
  }

  get connectionCount(): number {
    return this.#endpoint.connectionCount;
  }

  /** Rejects with the error of `listen`, such as EADDRINUSE. */
  async start(): Promise<void> {
    this.#port = await this.#endpoint.start();
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
}
