import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { AliasAddress } from '../../signaling/h323/h225-types.ts';
import {
  decodeRas,
  encodeRas,
  type RasChoice,
  type RasValue,
  rasMessage,
} from '../../signaling/h323/ras/ras-message.ts';
import type { RasMessage } from '../../signaling/h323/ras-types.ts';
import { createH225Address, readH225Address } from '../../signaling/h323/transport-address.ts';
import type { MediaAddress } from '../../signaling/session-description.ts';

const PROTOCOL = '0.0.8.2250.0.7';

/** What the gatekeeper is to say instead of its ordinary answer; null: nothing. */
type Policy = (message: RasMessage) => RasMessage | null | undefined;

/** A gatekeeper of one zone: lets everybody register, and says where an alias is. Keeps all that it is told. */
export class TestGatekeeper {
  readonly received: RasMessage[] = [];
  policy: Policy = () => undefined;
  timeToLiveSeconds = 60;
  readonly #socket: Socket;
  readonly #aliases = new Map<string, MediaAddress>();
  #endpoint: RemoteInfo | null = null;
  #registrations = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (octets, from) => this.#onMessage(decodeRas(octets), from));
  }

  static open(address = '127.0.0.1', port = 0): Promise<TestGatekeeper> {
    const socket = createSocket('udp4');
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(port, address, () => resolve(new TestGatekeeper(socket)));
    });
  }

  get place(): MediaAddress {
    const { address, port } = this.#socket.address();
    return { address, port };
  }

  /** Everybody's aliases. */
  get aliases(): readonly string[] {
    return [...this.#aliases.keys()];
  }

  /** Where call signaling for the alias goes; null: nobody has registered it. */
  resolve(alias: string): MediaAddress | null {
    return this.#aliases.get(alias) ?? null;
  }

  all<Choice extends RasChoice>(choice: Choice): RasValue<Choice>[] {
    return this.received.flatMap((message) => {
      return message.choice === choice ? [message.value as RasValue<Choice>] : [];
    });
  }

  /** Says something to the endpoint that spoke last. */
  say(message: RasMessage): void {
    if (this.#endpoint === null) throw new Error('nobody has spoken yet');
    this.#socket.send(encodeRas(message), this.#endpoint.port, this.#endpoint.address);
  }

  /** Octets of any kind. */
  write(octets: Uint8Array): void {
    if (this.#endpoint === null) throw new Error('nobody has spoken yet');
    this.#socket.send(octets, this.#endpoint.port, this.#endpoint.address);
  }

  close(): void {
    this.#socket.close();
  }

  #onMessage(message: RasMessage, from: RemoteInfo): void {
    this.received.push(message);
    this.#endpoint = from;
    const said = this.policy(message);
    const answer = said === undefined ? this.#answer(message) : said;
    if (answer !== null) this.say(answer);
  }

  #answer(message: RasMessage): RasMessage | null {
    const { requestSeqNum } = message.value;
    switch (message.choice) {
      case 'gatekeeperRequest':
        return rasMessage('gatekeeperConfirm', {
          requestSeqNum,
          protocolIdentifier: PROTOCOL,
          gatekeeperIdentifier: 'test zone',
          rasAddress: createH225Address(this.place),
        });
      case 'registrationRequest':
        return this.#register(message.value);
      case 'unregistrationRequest':
        this.#forget(readH225Address(message.value.callSignalAddress[0]));
        return rasMessage('unregistrationConfirm', { requestSeqNum });
      case 'admissionRequest':
        return this.#admit(message.value);
      case 'disengageRequest':
        return rasMessage('disengageConfirm', { requestSeqNum });
      default:
        return null;
    }
  }

  #register(request: RasValue<'registrationRequest'>): RasMessage {
    const place = readH225Address(request.callSignalAddress[0]);
    const known = request.endpointIdentifier;
    if (!request.keepAlive && place !== null) {
      this.#forget(place);
      for (const alias of request.terminalAlias ?? []) this.#aliases.set(aliasText(alias), place);
    }
    return rasMessage('registrationConfirm', {
      requestSeqNum: request.requestSeqNum,
      protocolIdentifier: PROTOCOL,
      callSignalAddress: [createH225Address(this.place)],
      gatekeeperIdentifier: 'test zone',
      endpointIdentifier: known ?? `endpoint ${++this.#registrations}`,
      timeToLive: this.timeToLiveSeconds,
    });
  }

  #forget(place: MediaAddress | null): void {
    for (const [alias, { address, port }] of this.#aliases)
      if (address === place?.address && port === place.port) this.#aliases.delete(alias);
  }

  #admit({
    requestSeqNum,
    answerCall,
    bandWidth,
    destinationInfo,
  }: RasValue<'admissionRequest'>): RasMessage {
    const [alias] = destinationInfo ?? [];
    const place = answerCall ? this.place : this.resolve(alias === undefined ? '' : aliasText(alias));
    if (place === null) {
      const rejectReason = { choice: 'calledPartyNotRegistered', value: null } as const;
      return rasMessage('admissionReject', { requestSeqNum, rejectReason });
    }
    return rasMessage('admissionConfirm', {
      requestSeqNum,
      bandWidth,
      callModel: { choice: 'direct', value: null },
      destCallSignalAddress: createH225Address(place),
    });
  }
}

function aliasText(alias: AliasAddress): string {
  return alias.choice === 'dialledDigits' || alias.choice === 'h323-ID' ? alias.value : '';
}
