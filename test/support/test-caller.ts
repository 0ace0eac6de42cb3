import { randomBytes } from 'node:crypto';
import { type RtpRemote, RtpSocket } from './rtp-socket.ts';
import { type SipText, writeSipText } from './sip-text.ts';
import { openWire, type SipWire, type WireTarget } from './sip-wire.ts';

export interface InviteOptions {
  /** User part of the Request-URI. */
  readonly user: string;
  /** Null sends an INVITE without an offer. Default: PCMU at the caller's RTP port. */
  readonly sdp?: string | null;
  /** Whole header lines to add. */
  readonly headers?: readonly string[];
  readonly branch?: string;
}

const ANSWER_DEADLINE_MS = 10_000;

/**
 * A caller made of raw sockets: it does what the test says, right or wrong, and shares no code with the stack
 * under test. One caller places one call.
 */
export class TestCaller {
  readonly wire: SipWire;
  readonly rtp: RtpSocket;
  readonly callId = `${randomBytes(8).toString('hex')}@test`;
  readonly #target: WireTarget;
  readonly #tag = randomBytes(4).toString('hex');
  #cSeq = 1;
  #remoteTag = '';
  #remoteTarget: string;
  #inviteBranch = '';
  #inviteUri: string;
  #remoteRtp: RtpRemote | null = null;

  private constructor(target: WireTarget, wire: SipWire, rtp: RtpSocket) {
    this.#target = target;
    this.wire = wire;
    this.rtp = rtp;
    this.#inviteUri = `sip:${hostOf(target.address)}:${target.port}`;
    this.#remoteTarget = this.#inviteUri;
  }

  static async open(target: WireTarget): Promise<TestCaller> {
    return new TestCaller(target, await openWire(target), await RtpSocket.open(target.address));
  }

  /** A caller whose call is up: INVITE, 200, ACK. */
  static async join(target: WireTarget, user: string, headers: readonly string[] = []): Promise<TestCaller> {
    const caller = await TestCaller.open(target);
    const answer = await caller.invite({ user, headers });
    if (answer.statusCode !== 200) throw new Error(`${user} was answered ${answer.startLine}`);
    caller.acknowledge();
    return caller;
  }

  /** Where the service's answer wants our media. */
  get remoteRtp(): RtpRemote {
    if (this.#remoteRtp === null) throw new Error('no answer with SDP yet');
    return this.#remoteRtp;
  }

  get offer(): string {
    const address = this.wire.localAddress;
    const version = address.includes(':') ? 'IP6' : 'IP4';
    return [
      'v=0',
      `o=test 1 1 IN ${version} ${address}`,
      's=-',
      `c=IN ${version} ${address}`,
      't=0 0',
      `m=audio ${this.rtp.port} RTP/AVP 0 101`,
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=ptime:20',
      '',
    ].join('\r\n');
  }

  /** The INVITE as text, for those who send it in pieces or twice. */
  writeInvite(options: InviteOptions): string {
    const body = options.sdp === undefined ? this.offer : (options.sdp ?? '');
    this.#inviteUri = `sip:${options.user}@${hostOf(this.#target.address)}:${this.#target.port}`;
    this.#inviteBranch = options.branch ?? newBranch();
    const headers = [
      ...this.#headers('INVITE', this.#inviteBranch, this.#cSeq),
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      ...(options.headers ?? []),
    ];
    return writeSipText(`INVITE ${this.#inviteUri} SIP/2.0`, headers, body);
  }

  /** Sends the INVITE; the final response. A refusal is acknowledged at once (RFC 3261 §17.1.1.3). */
  async invite(options: InviteOptions): Promise<SipText> {
    const text = this.writeInvite(options);
    this.wire.send(text);
    return this.finalResponse();
  }

  async finalResponse(): Promise<SipText> {
    const answer = await this.#response(this.#cSeq, 'INVITE');
    this.#remoteTag = answer.header('To').match(/;tag=([^;>\s]+)/)?.[1] ?? '';
    this.#remoteTarget = answer.header('Contact').match(/<([^>]+)>/)?.[1] ?? this.#remoteTarget;
    const port = answer.body.match(/^m=audio (\d+)/m)?.[1];
    const address = answer.body.match(/^c=IN IP[46] (\S+)/m)?.[1];
    if (port !== undefined && address !== undefined) this.#remoteRtp = { address, port: Number(port) };
    if (answer.statusCode >= 300) this.wire.send(this.#ack(this.#inviteUri, this.#inviteBranch));
    return answer;
  }

  /** ACK of a 2xx: a transaction of its own (RFC 3261 §13.2.2.4); with a body, the answer to their offer. */
  acknowledge(sdp = ''): void {
    this.wire.send(this.#ack(this.#remoteTarget, newBranch(), sdp));
  }

  talk(toneHz: number): void {
    this.rtp.talk(this.remoteRtp, toneHz);
  }

  /** A request in the dialog; its final response. */
  async request(method: string, headers: readonly string[] = [], body = ''): Promise<SipText> {
    this.#cSeq += 1;
    const fields = [...this.#headers(method, newBranch(), this.#cSeq), ...headers];
    this.wire.send(writeSipText(`${method} ${this.#remoteTarget} SIP/2.0`, fields, body));
    return this.#response(this.#cSeq, method);
  }

  async hangUp(): Promise<void> {
    this.rtp.stopTalking();
    const answer = await this.request('BYE');
    if (answer.statusCode !== 200) throw new Error(`BYE was answered ${answer.startLine}`);
  }

  /** Waits until the service hangs up, and answers; the BYE. */
  async hungUp(deadlineMs: number): Promise<SipText> {
    const bye = await this.wire.inbox.first(({ method }) => method === 'BYE', 'BYE', deadlineMs);
    const fields = ['Via', 'From', 'To', 'Call-ID', 'CSeq'];
    const headers = fields.flatMap((name) => bye.headers(name).map((value) => `${name}: ${value}`));
    this.wire.send(writeSipText('SIP/2.0 200 OK', headers));
    this.rtp.stopTalking();
    return bye;
  }

  cancel(): void {
    const headers = this.#headers('CANCEL', this.#inviteBranch, this.#cSeq);
    this.wire.send(writeSipText(`CANCEL ${this.#inviteUri} SIP/2.0`, headers));
  }

  /** Closes the sockets and says nothing: what a crash looks like. */
  close(): void {
    this.rtp.close();
    this.wire.close();
  }

  #response(cSeq: number, method: string): Promise<SipText> {
    return this.wire.inbox.first(
      (message) => message.statusCode >= 200 && message.header('CSeq') === `${cSeq} ${method}`,
      `final response to ${method}`,
      ANSWER_DEADLINE_MS,
    );
  }

  #ack(uri: string, branch: string, body = ''): string {
    const headers = this.#headers('ACK', branch, this.#cSeq);
    if (body !== '') headers.push('Content-Type: application/sdp');
    return writeSipText(`ACK ${uri} SIP/2.0`, headers, body);
  }

  #headers(method: string, branch: string, cSeq: number): string[] {
    const { transport, localAddress, localPort } = this.wire;
    const host = hostOf(localAddress);
    const tag = this.#remoteTag === '' ? '' : `;tag=${this.#remoteTag}`;
    return [
      `Via: SIP/2.0/${transport} ${host}:${localPort};branch=${branch};rport`,
      'Max-Forwards: 70',
      `From: "Test caller" <sip:test@${host}>;tag=${this.#tag}`,
      `To: <${this.#inviteUri}>${tag}`,
      `Call-ID: ${this.callId}`,
      `CSeq: ${cSeq} ${method}`,
      // RFC 7118 §5: over TLS it is transport=ws as well.
      `Contact: <sip:test@${host}:${localPort};transport=${transport.toLowerCase().replace('wss', 'ws')}>`,
    ];
  }
}

/** As SIP writes it: IPv6 in brackets. */
function hostOf(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

export function newBranch(): string {
  return `z9hG4bK${randomBytes(8).toString('hex')}`;
}
