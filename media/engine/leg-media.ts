/**
 * The media of one leg, without its sockets: packets and time come in as arguments, packets and events go out
 * through `LegOutput`. To the mixer it is a participant.
 */
import type { KeySender } from '../dtmf/key-sender.ts';
import type { Mixer, MixParticipant } from '../mix/mixer.ts';
import type { LegReport } from '../quality/leg-report.ts';
import type { ReceptionCounters } from '../rtcp/reception-report.ts';
import type { SenderCounters } from '../rtcp/session.ts';
import { isRtcp } from '../rtp/demultiplex.ts';
import { createRtpHeader, readRtpHeader } from '../rtp/packet.ts';
import { EarlyPackets } from './early-packets.ts';
import { LegArrivals } from './leg-arrivals.ts';
import type { DiscardCounts, LegContinuation, LegMediaOptions, LegOutput } from './leg-contract.ts';
import { LegControl } from './leg-control.ts';
import { LegHearing } from './leg-hearing.ts';
import { LegReceiver } from './leg-receiver.ts';
import { LegRelay, type RelayOutput } from './leg-relay.ts';
import { LegReporter } from './leg-reporter.ts';
import { LegSecurity } from './leg-security.ts';
import { LegVoice } from './leg-voice.ts';
import { LegWatch } from './leg-watch.ts';
import { readClockMs } from './media-clock.ts';
import type { MediaSession, TransportAddress } from './media-leg.ts';
import { PacketSender } from './packet-sender.ts';
import { createReportExtension } from './report-extension.ts';
import { SourceLock } from './source-lock.ts';

/** Used by one leg after the other. */
const header = createRtpHeader();

export class LegMedia implements MixParticipant, RelayOutput {
  readonly legId: string;
  level = 0;
  isSpeaking = false;
  isMuted = false;
  readonly hearing: LegHearing;
  readonly keys: KeySender;
  readonly relay: LegRelay;
  readonly #options: LegMediaOptions;
  readonly #output: LegOutput;
  readonly #lock: SourceLock;
  readonly #early = new EarlyPackets();
  readonly #receiver: LegReceiver;
  readonly #sender: PacketSender;
  readonly #control: LegControl;
  readonly #reporter: LegReporter;
  readonly #watch: LegWatch;
  readonly #arrivals: LegArrivals;
  readonly #security: LegSecurity;
  readonly #voice: LegVoice;
  #session: MediaSession | null = null;
  #canHear = false;
  #isClosed = false;
  #isClear = true;
  /** Packets bring it its time, and not every tick: see `LegTicks`. */
  isAtRest = false;
  #malformedPackets = 0;

  constructor(options: LegMediaOptions, output: LegOutput) {
    const { request, continuation: before, random, isIpv6Socket } = options;
    const synchronizationSource = Math.floor(random() * 2 ** 32);
    this.legId = request.legId;
    this.#options = options;
    this.hearing = new LegHearing(options.clips, () => output.onPlayed());
    this.#output = output;
    this.#lock = new SourceLock(isIpv6Socket, before?.source);
    this.#watch = new LegWatch(output, options.silenceTimeoutMs);
    const { streams, jitterBuffer } = options;
    const onDigit = output.onDigit.bind(output);
    this.#receiver = new LegReceiver(before?.receiver ?? null, streams, jitterBuffer, onDigit);
    this.#sender = new PacketSender({
      synchronizationSource,
      firstSequenceNumber: Math.floor(random() * 2 ** 16),
      firstTimestamp: Math.floor(random() * 2 ** 32),
    });
    this.keys = this.#sender.keys;
    this.#voice = new LegVoice(this.hearing, this.#sender, (packet, to) => this.sendRtp(packet, to));
    this.relay = new LegRelay(this.#sender, this, this.#lock, random);
    this.#security = new LegSecurity(before?.security ?? null, {
      send: (datagram, to) => output.sendRtp(datagram, to),
      onNominated: (remote) => this.#nominate(remote),
      onFailure: (detail) => output.onHandshakeFailure(detail),
    });
    this.#control = new LegControl({
      synchronizationSource,
      canonicalName: request.canonicalName,
      isIpv6Socket,
      random,
      send: (bytes, to, isMultiplexed) => output.sendRtcp(bytes, to, isMultiplexed),
      seal: (bytes) => this.#security.sealControl(bytes),
      watch: output.onRtcp,
      extension: (roundTripTimeUs) =>
        this.#session && createReportExtension(this.#session, this.#receiver, options, roundTripTimeUs),
    });
    const parts = { receiver: this.#receiver, sender: this.#sender, control: this.#control, options };
    const { openedAtMs } = request;
    this.#reporter = new LegReporter({ legId: this.legId, ...parts }, openedAtMs, options.reportPeriodMs);
    const [receiver, reporter, watch] = [this.#receiver, this.#reporter, this.#watch];
    this.#arrivals = new LegArrivals({ receiver, reporter, watch, output });
  }

  get samples(): Int16Array {
    return this.#receiver.playout.samples;
  }

  get sampleRateHz(): 8000 | 16_000 {
    return this.#receiver.playout.sampleRateHz;
  }

  get frameOffset(): number {
    return this.#receiver.playout.frameOffset;
  }

  get loudness(): number {
    return this.#receiver.playout.loudness;
  }

  /** Not muted, and not on hold from our side: `sendonly` and `inactive` mean that we do not listen. */
  get isHeard(): boolean {
    return this.#canHear && !this.isMuted;
  }

  /** Whether packets also leave between frames. */
  get isPaced(): boolean {
    return this.#voice.isPaced;
  }

  /** Whether it makes no packets and reads no frames of its own, as long as nobody hears it. */
  get mayRest(): boolean {
    return this.relay.isThrough && !this.#receiver.isListeningForTones;
  }

  get discards(): DiscardCounts {
    return {
      malformedPackets: this.#malformedPackets,
      unknownPayloadPackets: this.#receiver.unknownPayloadPackets,
      refusedPackets: this.#watch.refusedPackets,
    };
  }

  update(agreed: MediaSession, nowMs: number, agreedAtMs = nowMs): void {
    const session = this.#security.withPath(agreed);
    const early = this.#early.take(agreedAtMs);
    const retried = this.#session === null ? 0 : early.length;
    if (this.#session !== null) this.#arrivals.restart(this.#session);
    const { direction, telephoneEvent, sentTelephoneEvent = telephoneEvent } = session;
    const isLearned = session.isAddressLearned || this.#options.isNatLearned;
    this.#session = session;
    this.#voice.update(session);
    this.#canHear = direction === 'sendrecv' || direction === 'recvonly';
    this.#lock.update(session.remoteRtp, isLearned);
    this.#security.update(session, retried);
    this.#isClear = !this.#security.isEncrypted;
    this.#receiver.update(session);
    this.keys.configure(sentTelephoneEvent);
    this.relay.update(session);
    this.#control.update(session, isLearned, nowMs);
    this.#reporter.begin(early[0]?.arrivalMs ?? nowMs);
    this.#watch.expect(this.#canHear, nowMs);
    for (const { bytes, length, address, port, arrivalMs, arrivalUs } of early) {
      this.receiveRtp(bytes, new DataView(bytes.buffer), length, address, port, arrivalMs, arrivalUs);
    }
  }

  /**
   * A datagram of `length` bytes, at the beginning of `packet`, came to the RTP port. Never throws.
   * @param arrivalUs the same time as `nowMs`, exactly, on a clock with any beginning before it
   */
  receiveRtp(
    packet: Uint8Array,
    view: DataView,
    length: number,
    address: string,
    port: number,
    nowMs: number,
    arrivalUs: number,
  ): void {
    if (this.#session === null) {
      if (!this.#isClosed) this.#early.keep(packet, length, address, port, nowMs, arrivalUs);
      return;
    }
    if (this.relay.passDatagram(packet, length, address, port)) return;
    if (!this.#isClear && this.#security.receive(packet, length, address, port)) return;
    if (this.#control.isMultiplexed && isRtcp(packet, 0, length)) {
      this.receiveRtcp(packet.slice(0, length), address, port, nowMs);
      return;
    }
    const plainLength = this.#isClear ? length : this.#open(packet, length, address, port);
    if (plainLength < 0) this.#early.keep(packet, length, address, port, nowMs, arrivalUs);
    if (plainLength <= 0) return;
    if (!readRtpHeader(view, 0, plainLength, header)) this.#malformedPackets++;
    else if (this.#lock.admits(address, port, header.synchronizationSource, header.sequenceNumber)) {
      const session = this.#session;
      this.#arrivals.take(session, this.isAtRest, header, packet, plainLength, nowMs, arrivalUs);
      if (this.isHeard) this.relay.pass(header, packet, view, nowMs);
    } else this.#watch.refuse(address, port);
  }

  /** A datagram came to the RTCP port, or is RTCP on the RTP port (RFC 5761). Never throws. */
  receiveRtcp(bytes: Uint8Array, address: string, port: number, nowMs: number): void {
    const report = this.#session === null ? null : this.#security.openControl(bytes);
    if (report === null) return;
    if (!this.#control.receive(report, address, port, this.#lock.remote, nowMs))
      this.#watch.refuse(address, port);
  }

  /** Every 20 ms, before the mix: reads the frame for it, of relayed packets only where that `isTapped`. */
  advance(nowMs: number, isTapped = true): void {
    const session = this.#session;
    if (session === null) return;
    this.#arrivals.countNoted(session);
    if (this.isAtRest) this.#receiver.advanceUnheard(nowMs);
    else this.#receiver.advance(nowMs, isTapped || !this.relay.isPassing);
    this.#control.advance(nowMs, this.#senderCounters, this.#receptionCounters);
    this.#watch.advance(nowMs, this.#security);
    this.#reporter.tellDue(session, nowMs, this.#output);
  }

  /** Every 20 ms, after the mix: sends what the leg hears; silence, so that the stream goes on, without a mix. */
  send(mixer: Mixer<LegMedia> | null): void {
    if (this.#session !== null && !this.relay.isFed) this.#voice.speak(this, mixer, this.#lock.remote);
  }

  /** Half a frame after `send`, for a paced leg. */
  sendPaced(): void {
    if (!this.relay.isFed) this.#voice.speakPaced(this.#lock.remote);
  }

  /** Frames were left out after a stall: the media clock goes on without them. */
  skip(frames: number): void {
    if (this.#session !== null) this.#sender.skip(frames);
  }

  /** For the worker that goes on with the leg; closing it is all that may follow. */
  takeContinuation(): LegContinuation {
    if (this.#session !== null) this.#arrivals.countNoted(this.#session);
    const [source, security] = [this.#lock.state, this.#security.state];
    return { source, security, receiver: this.#receiver.takeState() };
  }

  /** Says BYE and gives the last report; null for a leg that never had media. */
  close(nowMs: number): LegReport | null {
    const session = this.#session;
    this.#isClosed = true;
    if (session === null) return null;
    this.#arrivals.countNoted(session);
    this.#reporter.tellDue(session, nowMs, this.#output);
    this.#receiver.end();
    this.#control.sendGoodbye(nowMs, this.#senderCounters(), this.#receptionCounters());
    this.#receiver.close();
    this.hearing.close();
    this.relay.close();
    this.#security.close();
    this.#session = null;
    return this.#reporter.takeFinal(session, nowMs);
  }

  /** A browser chose the path: its packets are taken from there alone. */
  #nominate(remote: TransportAddress): void {
    if (this.#session === null) return;
    this.#session = this.#security.withPath(this.#session);
    this.#lock.update(remote, false);
    this.#control.update(this.#session, false, readClockMs());
  }

  /** @returns as `LegSecurity.open`; 0 for what is a stranger's, too */
  #open(packet: Uint8Array, length: number, address: string, port: number): number {
    const isExpected = this.#lock.mayAdmit(address, port);
    if (!isExpected) this.#watch.refuse(address, port);
    return isExpected ? this.#security.open(packet, length) : 0;
  }

  /** Of the leg's stream, from its own memory or with room behind it; protected where that was agreed. */
  sendRtp(packet: Uint8Array, to: TransportAddress): void {
    const sealed = this.#isClear ? packet : this.#security.seal(this.#sender.memory, packet);
    if (sealed !== null) this.#output.sendRtp(sealed, to);
  }

  /** As it is, whatever it is. */
  sendDatagram(datagram: Uint8Array, to: TransportAddress): void {
    this.#output.sendRtp(datagram, to);
  }

  readonly #senderCounters = (): SenderCounters => this.#sender.counters;

  readonly #receptionCounters = (): ReceptionCounters | null => this.#receiver.counters;
}
