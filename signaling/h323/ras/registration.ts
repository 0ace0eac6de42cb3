import type { MediaAddress } from '../../session-description.ts';
import type { Clock } from '../clock.ts';
import { protocolIdentifierOf } from '../h225.ts';
import { aliasOf } from '../h225-body.ts';
import type { EndpointType } from '../h225-types.ts';
import type { RasMessage } from '../ras-types.ts';
import { createH225Address, readH225Address } from '../transport-address.ts';
import type { RasTimer, RasTransactions } from './ras-transactions.ts';

// H.225.0 §7.19: recommended values.
const GATEKEEPER_REQUEST: RasTimer = { timeoutMs: 5_000, retries: 2 };
const REGISTRATION_REQUEST: RasTimer = { timeoutMs: 3_000, retries: 2 };
/** Once and briefly: whoever stops us waits for it. */
const UNREGISTRATION_REQUEST: RasTimer = { timeoutMs: 1_000, retries: 0 };
const RETRY_MS = 30_000;
/** Timers do not run for the 136 years that a gatekeeper may tell. */
const MAX_TIME_TO_LIVE_SECONDS = 86_400;
const VERSION = 7;
/** What fits a datagram with room to spare. */
export const MAX_REGISTERED_ALIASES = 1_000;

export interface GatekeeperOptions {
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
  /** Its identifier, where it is one of several at its address; null: whichever answers. */
  readonly identifier: string | null;
  /** How long it may hold us registered without hearing from us. */
  readonly timeToLiveSeconds: number;
}

/** The way to the gatekeeper, as far as registration needs it. */
export interface RasWay {
  readonly transactions: RasTransactions;
  /** Opens the way to there, or to the configured place. @throws Error of the system */
  open(place: MediaAddress | null): Promise<void>;
  /** Ours, as the gatekeeper may reach it. */
  readonly rasAddress: MediaAddress;
  readonly signalAddress: MediaAddress;
  readonly gatekeeper: MediaAddress;
}

export interface RegistrationListener {
  onRegistered(): void;
  /** Why we are not, or no longer. It is tried again. */
  onUnregistered(detail: string): void;
}

/** What the gatekeeper gave us. */
export interface Registered {
  readonly endpointIdentifier: string;
  readonly gatekeeperIdentifier: string | null;
  /** True where calls may be answered without asking (preGrantedARQ). */
  readonly isAnswerGranted: boolean;
}

/** Discovery, registration and its keep-alive (H.323 §7.2.1, §7.2.2): tried for as long as it is not stopped. */
export class Registration {
  readonly #options: GatekeeperOptions;
  readonly #endpoint: EndpointType;
  readonly #clock: Clock;
  readonly #way: RasWay;
  readonly #listener: RegistrationListener;
  #aliases: readonly string[] = [];
  #gatekeeperIdentifier: string | null;
  #current: Registered | null = null;
  #isAsking = false;
  #isOutOfDate = false;
  /** We were let go of while we asked: the answer under way counts no more. */
  #isVoid = false;
  #isStopped = false;
  #stopTimer: () => void = () => undefined;

  constructor(
    options: GatekeeperOptions,
    endpoint: EndpointType,
    clock: Clock,
    way: RasWay,
    listener: RegistrationListener,
  ) {
    this.#options = options;
    this.#endpoint = endpoint;
    this.#clock = clock;
    this.#way = way;
    this.#listener = listener;
    this.#gatekeeperIdentifier = options.identifier;
  }

  get current(): Registered | null {
    return this.#current;
  }

  /** What rooms may dial to get us. The gatekeeper is told at once where it knows us already. */
  setAliases(aliases: readonly string[]): void {
    this.#aliases = aliases.slice(0, MAX_REGISTERED_ALIASES);
    if (this.#isAsking) this.#isOutOfDate = true;
    else if (this.#current !== null) this.#ask(() => this.#register(false));
  }

  start(): void {
    this.#ask(() => this.#discover());
  }

  /** Unregisters; resolves when the gatekeeper has answered, or will not. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stopTimer();
    const registered = this.#current;
    this.#current = null;
    if (registered === null) return;
    const { endpointIdentifier } = registered;
    const callSignalAddress = [createH225Address(this.#way.signalAddress)];
    await this.#way.transactions.request(
      'unregistrationRequest',
      { callSignalAddress, endpointIdentifier },
      UNREGISTRATION_REQUEST,
    );
  }

  /** The gatekeeper has let go of us, or does not know us: all begins anew. */
  restart(detail: string): void {
    if (this.#current === null || this.#isStopped) return;
    this.#lose(detail);
    this.#isVoid = this.#isAsking;
    this.#ask(() => this.#discover());
  }

  /** One exchange at a time. */
  #ask(exchange: () => Promise<void>): void {
    if (this.#isAsking || this.#isStopped) return;
    this.#stopTimer();
    this.#isAsking = true;
    void exchange().finally(() => {
      this.#isAsking = false;
      if (this.#isVoid) {
        this.#isVoid = false;
        this.#ask(() => this.#discover());
      }
      if (!this.#isOutOfDate || this.#current === null) return;
      this.#isOutOfDate = false;
      this.#ask(() => this.#register(false));
    });
  }

  #askAfter(delayMs: number, exchange: () => Promise<void>): void {
    if (this.#isStopped) return;
    this.#stopTimer();
    this.#stopTimer = this.#clock.after(delayMs, () => this.#ask(exchange));
  }

  async #discover(): Promise<void> {
    const answer = await this.#askWhoItIs();
    if (this.#isStopped || this.#isVoid) return;
    if (answer === null) this.#fail('it does not answer');
    else if (answer.choice === 'gatekeeperReject')
      this.#fail(`it refuses: ${answer.value.rejectReason.choice}`);
    else {
      this.#gatekeeperIdentifier = answer.value.gatekeeperIdentifier ?? this.#options.identifier;
      if (await this.#goTo(readH225Address(answer.value.rasAddress))) await this.#register(false);
    }
  }

  /** It may want to be talked with elsewhere than where it was asked for. */
  async #goTo(place: MediaAddress | null): Promise<boolean> {
    const { address, port } = this.#way.gatekeeper;
    if (place === null || (place.address === address && place.port === port)) return true;
    try {
      await this.#way.open(place);
      return true;
    } catch (error) {
      this.#fail(`there is no way to ${place.address} port ${place.port}: ${(error as Error).message}`);
      return false;
    }
  }

  /** @returns null where nothing comes, or nothing can be sent */
  async #askWhoItIs(): Promise<Extract<
    RasMessage,
    { readonly choice: 'gatekeeperConfirm' | 'gatekeeperReject' }
  > | null> {
    const { identifier } = this.#options;
    try {
      await this.#way.open(null);
    } catch {
      return null;
    }
    const request = {
      protocolIdentifier: protocolIdentifierOf(VERSION),
      rasAddress: createH225Address(this.#way.rasAddress),
      endpointType: this.#endpoint,
      ...(identifier !== null && { gatekeeperIdentifier: identifier }),
      ...this.#aliasesAs('endpointAlias'),
    };
    return this.#way.transactions.request('gatekeeperRequest', request, GATEKEEPER_REQUEST);
  }

  /** @param isKeepAlive a lightweight request, which says no more than that we are there (H.323 §7.2.2.1) */
  async #register(isKeepAlive: boolean): Promise<void> {
    const { transactions } = this.#way;
    const answer = await transactions.request(
      'registrationRequest',
      this.#registrationRequest(isKeepAlive),
      REGISTRATION_REQUEST,
    );
    if (this.#isStopped || this.#isVoid) return;
    if (answer?.choice === 'registrationConfirm') this.#onConfirm(answer.value);
    else if (answer === null) this.#fail('it does not answer', isKeepAlive);
    else {
      const { choice } = answer.value.rejectReason;
      if (isKeepAlive && choice === 'fullRegistrationRequired') await this.#register(false);
      else this.#fail(`it does not register us: ${choice}`, isKeepAlive || choice === 'discoveryRequired');
    }
  }

  #registrationRequest(isKeepAlive: boolean) {
    const { vendor } = this.#endpoint;
    const identifier = this.#current?.endpointIdentifier;
    return {
      protocolIdentifier: protocolIdentifierOf(VERSION),
      discoveryComplete: true,
      callSignalAddress: [createH225Address(this.#way.signalAddress)],
      rasAddress: [createH225Address(this.#way.rasAddress)],
      terminalType: this.#endpoint,
      ...(isKeepAlive ? {} : this.#aliasesAs('terminalAlias')),
      ...(this.#gatekeeperIdentifier !== null && { gatekeeperIdentifier: this.#gatekeeperIdentifier }),
      endpointVendor: vendor ?? { vendor: { t35CountryCode: 255, t35Extension: 0, manufacturerCode: 0 } },
      timeToLive: this.#options.timeToLiveSeconds,
      keepAlive: isKeepAlive,
      ...(identifier !== undefined && { endpointIdentifier: identifier }),
      willSupplyUUIEs: false,
      maintainConnection: false,
    };
  }

  #onConfirm(confirm: Extract<RasMessage, { readonly choice: 'registrationConfirm' }>['value']): void {
    const { endpointIdentifier, preGrantedARQ, timeToLive = this.#options.timeToLiveSeconds } = confirm;
    const isNew = this.#current === null;
    this.#current = {
      endpointIdentifier,
      gatekeeperIdentifier: confirm.gatekeeperIdentifier ?? this.#gatekeeperIdentifier,
      isAnswerGranted: preGrantedARQ?.answerCall ?? false,
    };
    // Early enough for a request that has to be sent again.
    const halfMs = Math.min(MAX_TIME_TO_LIVE_SECONDS, timeToLive) * 500;
    this.#askAfter(Math.max(500, halfMs), () => this.#register(true));
    if (isNew) this.#listener.onRegistered();
  }

  #fail(detail: string, isAtOnce = false): void {
    this.#lose(detail);
    this.#askAfter(isAtOnce ? 0 : RETRY_MS, () => this.#discover());
  }

  #lose(detail: string): void {
    this.#current = null;
    this.#listener.onUnregistered(detail);
  }

  #aliasesAs<Name extends string>(name: Name) {
    return this.#aliases.length === 0 ? {} : ({ [name]: this.#aliases.map(aliasOf) } as const);
  }
}
