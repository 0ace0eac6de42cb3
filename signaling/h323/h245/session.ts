import { isDeepStrictEqual } from 'node:util';
import type { FailureReason } from '../../call-failure.ts';
import type { NegotiatedAudio } from '../../session-description.ts';
import type { TerminalCapabilitySet } from '../h245-capability-types.ts';
import type {
  CommandMessage,
  FlowControlCommand,
  IndicationMessage,
  RequestMessage,
  ResponseMessage,
} from '../h245-types.ts';
import type { AudioOffer } from './audio-codec.ts';
import { CapabilityExchange } from './capability-exchange.ts';
import { LogicalChannels, type OutgoingChannel } from './channels.ts';
import type { AudioChannel } from './logical-channel.ts';
import { MasterSlaveDetermination, type MasterSlaveOptions } from './master-slave.ts';
import { command, type H245Message, indication, response } from './message.ts';
import { isOurOwn, type MediaSurroundings, negotiatedAudio } from './negotiated-audio.ts';
import { rejectPresentationToken } from './presentation-token.ts';
import { digitsOf, heldMsOf, type UserInputDigit } from './user-input.ts';

/** What the session wants done. */
export type H245Action =
  | { readonly kind: 'send'; readonly message: H245Message }
  | { readonly kind: 'media'; readonly audio: NegotiatedAudio }
  | { readonly kind: 'digit'; readonly digit: UserInputDigit }
  /** The last key told as a signal was held for so long. */
  | { readonly kind: 'held'; readonly durationMs: number }
  /** Capabilities and master/slave are settled on both sides. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly reason: FailureReason; readonly detail: string }
  /** The other side ended the session. */
  | { readonly kind: 'ended' };

export type H245SessionOptions = MasterSlaveOptions & MediaSurroundings;

/**
 * One H.245 session, whichever way its messages travel: tunnelled, over TCP, or begun by fast start. Takes
 * messages and the time, returns what is to be done; asks for capabilities and for master/slave by itself.
 */
export class H245Session {
  readonly #options: H245SessionOptions;
  readonly #masterSlave: MasterSlaveDetermination;
  readonly #exchange: CapabilityExchange;
  readonly #channels: LogicalChannels;
  #actions: H245Action[] = [];
  #audio: NegotiatedAudio | null = null;
  #isReady = false;
  #isOver = false;
  #isEndSent = false;
  #isStoppedByFlowControl = false;

  constructor(options: H245SessionOptions) {
    this.#options = options;
    this.#masterSlave = new MasterSlaveDetermination(options);
    this.#exchange = new CapabilityExchange(options.capabilities);
    this.#channels = new LogicalChannels(options.local);
  }

  /** When `onTimer` is due, or null. */
  get deadlineMs(): number | null {
    const deadlines = [this.#masterSlave, this.#exchange, this.#channels].map(({ deadlineMs }) => deadlineMs);
    const due = deadlines.filter((one) => one !== null);
    return due.length === 0 || this.#isOver ? null : Math.min(...due);
  }

  /** True when capabilities and master/slave are settled on both sides. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Takes over the channels that fast start opened; they carry sound before H.245 says a word. */
  adoptFastStart(incoming: AudioChannel, outgoing: OutgoingChannel, nowMs: number): H245Action[] {
    this.#channels.adopt(incoming, outgoing);
    return this.#advance(nowMs);
  }

  start(nowMs: number): H245Action[] {
    this.#send([...this.#exchange.send(nowMs), ...this.#masterSlave.start(nowMs)]);
    return this.#advance(nowMs);
  }

  receive(message: H245Message, nowMs: number): H245Action[] {
    if (this.#isOver) return [];
    switch (message.choice) {
      case 'request':
        this.#onRequest(message.value, nowMs);
        break;
      case 'response':
        this.#onResponse(message.value, nowMs);
        break;
      case 'command':
        this.#onCommand(message.value, nowMs);
        break;
      case 'indication':
        this.#onIndication(message.value);
        break;
      default:
    }
    return this.#advance(nowMs);
  }

  onTimer(nowMs: number): H245Action[] {
    const isDue = (deadlineMs: number | null) => deadlineMs !== null && deadlineMs <= nowMs;
    if (isDue(this.#masterSlave.deadlineMs)) this.#masterSlave.onTimeout();
    if (isDue(this.#exchange.deadlineMs)) {
      this.#exchange.onTimeout();
      // What fast start opened works without any H.245: some callers never speak it.
      if (this.#channels.outgoing === null) this.#fail('no-response', 'No H.245 capabilities within T101.');
    }
    if (isDue(this.#channels.deadlineMs)) {
      this.#send(this.#channels.closeOutgoing());
      this.#fail('no-response', 'No answer to our logical channel within T103.');
    }
    return this.#advance(nowMs);
  }

  /** Our end of the session: nothing is taken or sent after it. Both sides say it (H.245 §C.1). */
  end(): H245Action[] {
    if (this.#isEndSent) return [];
    this.#isEndSent = true;
    this.#isOver = true;
    const message = command('endSessionCommand', { choice: 'disconnect', value: null });
    return [...this.#takeActions(), { kind: 'send', message }];
  }

  #onRequest(message: RequestMessage, nowMs: number): void {
    switch (message.choice) {
      case 'terminalCapabilitySet':
        this.#onCapabilitySet(message.value);
        break;
      case 'masterSlaveDetermination': {
        const { terminalType, statusDeterminationNumber } = message.value;
        this.#send(this.#masterSlave.onDetermination(terminalType, statusDeterminationNumber, nowMs));
        break;
      }
      case 'openLogicalChannel':
        this.#send(this.#channels.onOpen(message.value));
        break;
      case 'closeLogicalChannel':
        this.#send(this.#channels.onClose(message.value.forwardLogicalChannelNumber));
        break;
      case 'requestChannelClose':
        this.#send(this.#channels.onRequestClose(message.value.forwardLogicalChannelNumber));
        break;
      case 'requestMode': {
        const cause = { choice: 'modeUnavailable', value: null } as const;
        this.#send([response('requestModeReject', { sequenceNumber: message.value.sequenceNumber, cause })]);
        break;
      }
      case 'roundTripDelayRequest':
        this.#send([response('roundTripDelayResponse', { sequenceNumber: message.value.sequenceNumber })]);
        break;
      default:
        this.#onOtherRequest(message);
    }
  }

  /** H.245 §7.12.1: whoever asks what we do not understand is told so, and gets the question back. */
  #onOtherRequest(message: RequestMessage): void {
    const answer = message.choice === 'genericRequest' ? rejectPresentationToken(message.value) : null;
    this.#send([
      answer === null
        ? indication('functionNotUnderstood', { choice: 'request', value: message })
        : response('genericResponse', answer),
    ]);
  }

  #onCapabilitySet(set: TerminalCapabilitySet): void {
    this.#send(this.#exchange.onSet(set));
    // H.323 §8.4.6: an empty set stops what we send until a full one comes.
    if (this.#exchange.remote?.isEmpty) this.#send(this.#channels.closeOutgoing());
  }

  #onResponse(message: ResponseMessage, nowMs: number): void {
    switch (message.choice) {
      case 'terminalCapabilitySetAck':
      case 'terminalCapabilitySetReject':
        this.#exchange.onAck(message.value.sequenceNumber);
        break;
      case 'masterSlaveDeterminationAck':
        this.#send(this.#masterSlave.onAck(message.value.decision.choice));
        break;
      case 'masterSlaveDeterminationReject':
        this.#send(this.#masterSlave.onReject(nowMs));
        break;
      case 'openLogicalChannelAck':
        this.#channels.onOpenAck(message.value);
        break;
      case 'openLogicalChannelReject':
        this.#channels.onOpenReject(message.value.forwardLogicalChannelNumber);
        break;
      default:
    }
  }

  #onCommand(message: CommandMessage, nowMs: number): void {
    switch (message.choice) {
      case 'sendTerminalCapabilitySet':
        this.#send(this.#exchange.send(nowMs));
        break;
      case 'endSessionCommand':
        this.#isOver = true;
        this.#actions.push({ kind: 'ended' });
        break;
      case 'flowControlCommand': {
        // Sound cannot be sent at a lower rate, but it can be stopped.
        const { scope, restriction } = message.value;
        if (!this.#isInScope(scope)) break;
        this.#isStoppedByFlowControl = restriction.choice === 'maximumBitRate' && restriction.value === 0;
        break;
      }
      default:
    }
  }

  #onIndication(message: IndicationMessage): void {
    if (message.choice === 'masterSlaveDeterminationRelease') this.#masterSlave.onRelease();
    if (message.choice !== 'userInput') return;
    for (const digit of digitsOf(message.value)) this.#actions.push({ kind: 'digit', digit });
    const durationMs = heldMsOf(message.value);
    if (durationMs !== null) this.#actions.push({ kind: 'held', durationMs });
  }

  /** H.245 §B.11.3: one channel of ours, or all that we send. */
  #isInScope(scope: FlowControlCommand['scope']): boolean {
    if (scope.choice === 'logicalChannelNumber') return scope.value === this.#channels.outgoing?.number;
    return scope.choice === 'wholeMultiplex';
  }

  /** What has become possible: to open our channel, to be ready, to tell of changed media. */
  #advance(nowMs: number): H245Action[] {
    if (this.#isOver) return this.#takeActions();
    this.#openOutgoing(nowMs);
    if (!this.#isReady && this.#exchange.isComplete && this.#masterSlave.status !== null) {
      this.#isReady = true;
      this.#actions.push({ kind: 'ready' });
    }
    this.#tellMedia();
    return this.#takeActions();
  }

  #openOutgoing(nowMs: number): void {
    const { remote } = this.#exchange;
    const isAllowed = this.#exchange.isComplete && this.#masterSlave.status !== null;
    if (this.#channels.outgoing !== null || remote === null || remote.isEmpty || !isAllowed) return;
    const audio = this.#chooseAudio(remote.audio);
    if (audio === null) this.#fail('no-common-codec', 'The far end can receive none of our codecs.');
    else this.#send(this.#channels.open(audio, nowMs));
  }

  /** The codec the peer sends already, where it can also receive it: many rooms want the same both ways. */
  #chooseAudio(receivable: readonly AudioOffer[]): AudioOffer | null {
    const { formats, packetTimeMs } = this.#options.capabilities;
    const incoming = this.#channels.incoming?.audio.format;
    const preferred = incoming === undefined ? formats : [incoming, ...formats];
    for (const format of preferred) {
      const offer = receivable.find((one) => one.format.encodingName === format.encodingName);
      if (offer === undefined || !this.#channels.canPropose(format)) continue;
      return { format: offer.format, framesPerPacket: Math.min(packetTimeMs, offer.framesPerPacket) };
    }
    return null;
  }

  /** Told first when our own channel is established, then at each change. */
  #tellMedia(): void {
    const { incoming, outgoing } = this.#channels;
    if (isOurOwn(outgoing?.mediaChannel, this.#options.local)) {
      this.#fail('malformed-offer', 'The far end wants our sound sent to ourselves.');
      return;
    }
    const isSending = outgoing?.state === 'established' && !this.#isStoppedByFlowControl;
    if (this.#audio === null && !isSending) return;
    const audio =
      negotiatedAudio(
        { incoming, outgoing: isSending ? outgoing : null },
        this.#options,
        this.#exchange.remote,
      ) ??
      (this.#audio && { ...this.#audio, direction: 'inactive', remoteRtp: null, remoteRtcp: null });
    if (audio === null || isDeepStrictEqual(audio, this.#audio)) return;
    this.#audio = audio;
    this.#actions.push({ kind: 'media', audio });
  }

  #fail(reason: FailureReason, detail: string): void {
    this.#actions.push({ kind: 'failed', reason, detail });
    this.#isOver = true;
  }

  #send(messages: readonly H245Message[]): void {
    for (const message of messages) this.#actions.push({ kind: 'send', message });
  }

  #takeActions(): H245Action[] {
    const actions = this.#actions;
    this.#actions = [];
    return actions;
  }
}
