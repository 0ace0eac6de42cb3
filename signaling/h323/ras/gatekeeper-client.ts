import type { MediaAddress } from '../../session-description.ts';
import type { Clock } from '../clock.ts';
import type { EndpointType } from '../h225-types.ts';
import type { RasMessage } from '../ras-types.ts';
import { createH225Address } from '../transport-address.ts';
import { type Admission, Admissions, type CallToAdmit } from './admissions.ts';
import { encodeRas, rasMessage } from './ras-message.ts';
import { RasSocket } from './ras-socket.ts';
import { RasTransactions } from './ras-transactions.ts';
import { type GatekeeperOptions, Registration, type RegistrationListener } from './registration.ts';

/** What a gatekeeper client needs of the endpoint it stands for. */
export interface GatekeeperSurroundings {
  readonly clock: Clock;
  readonly endpoint: EndpointType;
  /** The port of our call signaling. */
  readonly signalPort: number;
  /** The address a peer reaches us at, by the local one. */
  advertisedAddressFor(localAddress: string): string;
  /** A number of at least 24 random bits. */
  random(): number;
}

export interface GatekeeperListener extends RegistrationListener {
  onMalformed(detail: string, remoteAddress: string): void;
}

/** Our side of RAS (H.225.0 §7.9 and following): registered with one gatekeeper, and asked and told about calls. */
export class GatekeeperClient {
  readonly #options: GatekeeperOptions;
  readonly #surroundings: GatekeeperSurroundings;
  readonly #listener: GatekeeperListener;
  readonly #transactions: RasTransactions;
  readonly #registration: Registration;
  readonly #admissions: Admissions;
  #socket: RasSocket | null = null;
  #isStopped = false;

  constructor(
    options: GatekeeperOptions,
    surroundings: GatekeeperSurroundings,
    listener: GatekeeperListener,
  ) {
    const { clock, endpoint, random } = surroundings;
    this.#options = options;
    this.#surroundings = surroundings;
    this.#listener = listener;
    this.#transactions = new RasTransactions(clock, 1 + (random() % 0xffff), (message) => {
      this.#socket?.send(message);
    });
    const way = this.#createWay();
    this.#registration = new Registration(options, endpoint, clock, way, listener);
    this.#admissions = new Admissions(
      this.#transactions,
      () => this.#registration.current,
      () => this.#registration.restart('it does not know us any more'),
    );
  }

  get isRegistered(): boolean {
    return this.#registration.current !== null;
  }

  start(): void {
    this.#registration.start();
  }

  setAliases(aliases: readonly string[]): void {
    this.#registration.setAliases(aliases);
  }

  admit(call: CallToAdmit): Promise<Admission> {
    return this.#admissions.admit(call);
  }

  release(call: Pick<CallToAdmit, 'identity'>): void {
    this.#admissions.release(call);
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return;
    await this.#registration.stop();
    this.#isStopped = true;
    this.#transactions.stop();
    this.#socket?.close();
    this.#socket = null;
  }

  #createWay() {
    const client = this;
    return {
      transactions: this.#transactions,
      open: (place: MediaAddress | null) => this.#open(place),
      get rasAddress(): MediaAddress {
        return client.#local;
      },
      get signalAddress(): MediaAddress {
        return { ...client.#local, port: client.#surroundings.signalPort };
      },
      get gatekeeper(): MediaAddress {
        return client.#socket?.gatekeeper ?? { address: client.#options.host, port: client.#options.port };
      },
    };
  }

  get #local(): MediaAddress {
    const { address, port } = this.#socket?.local ?? { address: '0.0.0.0', port: 0 };
    return { address: this.#surroundings.advertisedAddressFor(address), port };
  }

  async #open(place: MediaAddress | null): Promise<void> {
    const { host, port } = this.#options;
    const socket = await RasSocket.open(place?.address ?? host, place?.port ?? port, {
      onMessage: (message) => this.#onMessage(message),
      onMalformed: (detail, remoteAddress) => this.#listener.onMalformed(detail, remoteAddress),
    });
    this.#socket?.close();
    this.#socket = this.#isStopped ? null : socket;
    if (this.#isStopped) socket.close();
  }

  #onMessage(message: RasMessage): void {
    if (this.#transactions.receive(message)) return;
    const answer = this.#answer(message);
    if (answer !== null) this.#socket?.send(answer);
  }

  /** What the gatekeeper asks; an answer that comes late is none of these and is not answered. */
  #answer(message: RasMessage): RasMessage | null {
    const { requestSeqNum } = message.value;
    switch (message.choice) {
      case 'unregistrationRequest':
        this.#registration.restart(`it unregistered us: ${message.value.reason?.choice ?? 'no reason told'}`);
        return rasMessage('unregistrationConfirm', { requestSeqNum });
      case 'disengageRequest':
        return this.#admissions.drop(message.value)
          ? rasMessage('disengageConfirm', { requestSeqNum })
          : rasMessage('disengageReject', {
              requestSeqNum,
              rejectReason: { choice: 'requestToDropOther', value: null },
            });
      case 'infoRequest':
        return this.#infoResponse(requestSeqNum);
      case 'bandwidthRequest':
        return rasMessage('bandwidthConfirm', { requestSeqNum, bandWidth: message.value.bandWidth });
      default:
        return this.#refusal(message);
    }
  }

  /** H.225.0 §7.16: whoever asks what we do not understand gets the question back. */
  #refusal(message: RasMessage): RasMessage | null {
    const choice: string = message.choice;
    if (!['locationRequest', 'nonStandardMessage', 'serviceControlIndication'].includes(choice)) return null;
    const { requestSeqNum } = message.value;
    return rasMessage('unknownMessageResponse', {
      requestSeqNum,
      messageNotUnderstood: encodeRas(message),
    });
  }

  /** H.225.0 §7.15.2: which calls there are. */
  #infoResponse(requestSeqNum: number): RasMessage | null {
    const registered = this.#registration.current;
    if (registered === null) return null;
    const signalAddress = createH225Address({ ...this.#local, port: this.#surroundings.signalPort });
    const perCallInfo = this.#admissions.calls.map(({ identity, peer }) => ({
      callReferenceValue: identity.callReference,
      conferenceID: identity.conferenceId,
      originator: false,
      h245: {},
      callSignalling: { recvAddress: signalAddress, sendAddress: createH225Address(peer) },
      callType: { choice: 'pointToPoint', value: null } as const,
      bandWidth: 0,
      callModel: { choice: 'direct', value: null } as const,
      callIdentifier: { guid: identity.callIdentifier },
      substituteConfIDs: [],
    }));
    return rasMessage('infoRequestResponse', {
      requestSeqNum,
      endpointType: this.#surroundings.endpoint,
      endpointIdentifier: registered.endpointIdentifier,
      rasAddress: createH225Address(this.#local),
      callSignalAddress: [signalAddress],
      ...(perCallInfo.length > 0 && { perCallInfo }),
      needResponse: false,
      unsolicited: false,
    });
  }
}
