import type { CallFailure } from '../../signaling/call-failure.ts';
import type { CallEnd, SignaledDigit } from '../../signaling/call-leg.ts';
import type { AudioCapabilities, LocalMedia, NegotiatedAudio } from '../../signaling/session-description.ts';
import type { FlowProvider } from '../../signaling/sip/call-environment.ts';
import type { IncomingCall } from '../../signaling/sip/incoming-call.ts';
import { SipRequest, SipResponse } from '../../signaling/sip/message.ts';
import type { OutgoingCall } from '../../signaling/sip/outgoing-call.ts';
import type { OutgoingCallListener, OutgoingCallOptions } from '../../signaling/sip/outgoing-call-options.ts';
import { parseMessage } from '../../signaling/sip/parse.ts';
import type { PublishedReport } from '../../signaling/sip/publish.ts';
import { TransactionLayer } from '../../signaling/sip/transaction-layer.ts';
import { UserAgent } from '../../signaling/sip/user-agent.ts';
import type { RefusedRequest, UserAgentOptions } from '../../signaling/sip/user-agent-options.ts';
import { type MemoryEndpoint, MemoryNetwork } from './sip-memory-network.ts';

export const CAPABILITIES: AudioCapabilities = {
  formats: [
    { payloadType: 0, encodingName: 'PCMU', clockRateHz: 8000, channels: 1, parameters: null },
    { payloadType: 8, encodingName: 'PCMA', clockRateHz: 8000, channels: 1, parameters: null },
    { payloadType: 101, encodingName: 'telephone-event', clockRateHz: 8000, channels: 1, parameters: '0-16' },
  ],
  packetTimeMs: 20,
};

export function mediaAt(address: string, port: number): LocalMedia {
  return { rtp: { address, port }, rtcp: { address, port: port + 1 } };
}

/** Everything a call told, in order. */
export class Heard implements OutgoingCallListener {
  readonly events: string[] = [];
  readonly media: NegotiatedAudio[] = [];
  readonly digits: SignaledDigit[] = [];
  end: CallEnd | null = null;

  onMedia(audio: NegotiatedAudio): void {
    this.media.push(audio);
    this.events.push(`media ${audio.format.encodingName} ${audio.direction}`);
  }
  onConfirmed(): void {
    this.events.push('confirmed');
  }
  onDigit(digit: SignaledDigit): void {
    this.digits.push(digit);
    this.events.push(`digit ${digit.digit}`);
  }
  onEnded(end: CallEnd): void {
    this.end = end;
    this.events.push(`ended ${end.by} ${end.reason}`);
  }
  onProgress(statusCode: number): void {
    this.events.push(`progress ${statusCode}`);
  }
  onAnswered(): void {
    this.events.push('answered');
  }
  onRefused(refused: { statusCode: number }): void {
    this.events.push(`refused ${refused.statusCode}`);
  }
}

/** A user agent on a memory network, and what it was asked. */
export class Party {
  readonly endpoint: MemoryEndpoint;
  readonly transactions: TransactionLayer;
  readonly userAgent: UserAgent;
  readonly calls: IncomingCall[] = [];
  readonly heard: Heard[] = [];
  readonly refused: RefusedRequest[] = [];
  readonly qualityReports: PublishedReport[] = [];
  readonly faults: unknown[] = [];
  /** What is done with a call that comes in. */
  onCall: (leg: IncomingCall) => void = () => undefined;

  constructor(
    network: MemoryNetwork,
    address: string,
    options: Partial<UserAgentOptions> = {},
    transport: 'UDP' | 'TCP' = 'UDP',
  ) {
    this.endpoint = network.endpoint(address, transport);
    this.transactions = new TransactionLayer({
      transport: this.endpoint,
      clock: network.clock,
      observer: { onRefused: () => undefined, onFault: (error) => this.faults.push(error) },
    });
    const flows: FlowProvider = this.endpoint;
    this.userAgent = new UserAgent(
      {
        capabilities: CAPABILITIES,
        preference: 'remote',
        softwareName: 'Carillon/test',
        sessionTimer: null,
        reliableProvisional: 'required',
        transactions: this.transactions,
        flows,
        wallClockMs: () => 1_700_000_000_000 + network.clock.nowMs(),
        maxDialogs: 20_000,
        retryAfterSeconds: 5,
        ...options,
      },
      {
        onCall: (leg) => {
          const call = leg as IncomingCall;
          const heard = new Heard();
          this.calls.push(call);
          this.heard.push(heard);
          call.listen(heard);
          this.onCall(call);
        },
        onRefused: (refused) => this.refused.push(refused),
        onQualityReport: (published) => this.qualityReports.push(published),
      },
    );
  }

  /** Nothing is left: no dialog, no transaction. */
  get leftovers(): Record<string, number> {
    const { inviteServer, nonInviteServer, inviteClient, nonInviteClient } = this.transactions.statistics();
    const { dialogs, unanswered } = this.userAgent.statistics;
    const count = (states: object): number => Object.values(states).reduce((sum, value) => sum + value, 0);
    return {
      dialogs,
      unanswered,
      transactions:
        count(inviteServer) + count(nonInviteServer) + count(inviteClient) + count(nonInviteClient),
    };
  }
}

export const NOTHING_LEFT = { dialogs: 0, unanswered: 0, transactions: 0 };

/** Two user agents of ours that can call each other: Alice (192.0.2.1) calls Bob (192.0.2.2). */
export class Pair {
  readonly network = new MemoryNetwork();
  readonly alice: Party;
  readonly bob: Party;
  readonly heard = new Heard();

  constructor(
    options: {
      alice?: Partial<UserAgentOptions>;
      bob?: Partial<UserAgentOptions>;
      transport?: 'UDP' | 'TCP';
    } = {},
  ) {
    this.alice = new Party(this.network, '192.0.2.1', options.alice, options.transport);
    this.bob = new Party(this.network, '192.0.2.2', options.bob, options.transport);
  }

  call(options: Partial<OutgoingCallOptions> = {}): OutgoingCall {
    const call = this.alice.userAgent.call('sip:1234567890@192.0.2.2', {
      from: '"Alice" <sip:alice@192.0.2.1>',
      media: mediaAt('192.0.2.1', 10_000),
      flow: this.alice.endpoint.flowFor('192.0.2.2'),
      ...options,
    });
    call.listen(this.heard);
    this.network.run();
    return call;
  }

  /** A call that Bob takes at once, ACK and all. */
  establish(options: Partial<OutgoingCallOptions> = {}): {
    call: OutgoingCall;
    leg: IncomingCall;
    bobHeard: Heard;
  } {
    this.bob.onCall = (leg) => leg.accept(mediaAt('192.0.2.2', 20_000));
    const call = this.call(options);
    return { call, leg: this.bob.calls[0]!, bobHeard: this.bob.heard[0]! };
  }

  refuseAll(failure: CallFailure): void {
    this.bob.onCall = (leg) => leg.reject(failure);
  }
}

/** A user agent faced with raw text: what a stranger at 192.0.2.9 sends to Bob, and what comes back. */
export class Stranger {
  readonly network = new MemoryNetwork();
  readonly bob: Party;
  readonly received: (SipRequest | SipResponse)[] = [];
  readonly #endpoint: MemoryEndpoint;
  #branch = 0;

  constructor(options: Partial<UserAgentOptions> = {}, transport: 'UDP' | 'TCP' = 'UDP') {
    this.bob = new Party(this.network, '192.0.2.2', options, transport);
    this.#endpoint = this.network.endpoint('192.0.2.9', transport);
    this.#endpoint.attach({
      onMessage: (message) => this.received.push(message),
      onFlowClosed: () => undefined,
    });
  }

  /** Sends a request; lines are header fields that replace or complete the usual ones. */
  send(
    method: string,
    lines: readonly string[] = [],
    body = '',
    uri = 'sip:1234567890@192.0.2.2',
  ): SipRequest {
    this.#branch += 1;
    const given = new Set(lines.map((line) => line.slice(0, line.indexOf(':')).toLowerCase()));
    const usual = [
      `Via: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bKx${this.#branch}`,
      'Max-Forwards: 70',
      'From: "Stranger" <sip:stranger@192.0.2.9>;tag=st',
      `To: <${uri}>`,
      'Call-ID: stranger-1',
      `CSeq: 1 ${method}`,
      'Contact: <sip:stranger@192.0.2.9:5060>',
    ].filter((line) => !given.has(line.slice(0, line.indexOf(':')).toLowerCase()));
    const head = [
      `${method} ${uri} SIP/2.0`,
      ...usual,
      ...lines,
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    const bytes = Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
    this.sendBytes(bytes);
    const parsed = parseMessage(bytes);
    if (parsed.kind !== 'message' || !(parsed.message instanceof SipRequest)) throw new Error('no request');
    return parsed.message;
  }

  sendBytes(bytes: Uint8Array): void {
    this.#endpoint.flowFor('192.0.2.2').send(bytes);
    this.network.run();
  }

  /** A response to a request of Bob's. */
  respond(request: SipRequest, statusCode: number, lines: readonly string[] = [], body = ''): void {
    const copied = [...request.headers.entries()]
      .filter(([name]) => ['Via', 'From', 'To', 'Call-ID', 'CSeq'].includes(name))
      .map(([name, value]) => `${name}: ${value}`);
    const head = [
      `SIP/2.0 ${statusCode} X`,
      ...copied,
      ...lines,
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    this.sendBytes(Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`));
  }

  get last(): SipRequest | SipResponse {
    return this.received.at(-1)!;
  }

  /** The last response, which must be one. */
  get response(): SipResponse {
    const { last } = this;
    if (!(last instanceof SipResponse)) throw new Error(`${last.method} instead of a response`);
    return last;
  }

  /** The last message, which must be a request of Bob's. */
  get request(): SipRequest {
    const { last } = this;
    if (!(last instanceof SipRequest)) throw new Error(`${last.statusCode} instead of a request`);
    return last;
  }

  /** Status codes and methods received, in order. */
  get summary(): string[] {
    return this.received.map((message) =>
      message instanceof SipResponse ? `${message.statusCode}` : message.method,
    );
  }

  /** The To header with the tag of Bob's last response. */
  get to(): string {
    return `To: ${this.received.findLast((message) => message instanceof SipResponse && message.to.tag !== null)?.headers.get('To')}`;
  }
}

export const OFFER = [
  'v=0',
  'o=stranger 1 1 IN IP4 192.0.2.9',
  's=-',
  'c=IN IP4 192.0.2.9',
  't=0 0',
  'm=audio 6000 RTP/AVP 0 101',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-15',
  '',
].join('\r\n');

export const SDP_TYPE = 'Content-Type: application/sdp';
