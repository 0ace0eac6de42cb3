import type { LegMediaOptions, LegOutput } from '../../../media/engine/leg-contract.ts';
import { LegMedia } from '../../../media/engine/leg-media.ts';
import type { MediaSession, TransportAddress } from '../../../media/engine/media-leg.ts';
import { BY_RECOMMENDATION } from '../../../media/quality/leg-quality.ts';
import { ReceiveStreams } from '../../../media/receive/receive-stream.ts';
import type { SrtpFailureCounts } from '../../../media/srtp/srtp-failure.ts';
import { LegRecorder } from './leg-recorder.ts';
import { mediaSession, type RtpPacketFields, rtpPacket, tonePayload } from './rtp-caller.ts';

export const CALLER_PORT = 4000;
const START_MS = 1_700_000_000_000;

/** A leg without sockets on a clock of its own: milliseconds from the start. */
export class FakeLeg {
  readonly recorder = new LegRecorder();
  readonly sentRtp: { bytes: Uint8Array; to: TransportAddress; atMs: number }[] = [];
  readonly sentRtcp: { bytes: Uint8Array; to: TransportAddress; isMultiplexed: boolean }[] = [];
  readonly handshakeFailures: string[] = [];
  readonly protectionFailures: SrtpFailureCounts[] = [];
  readonly media: LegMedia;
  readonly output: LegOutput;
  readonly streams = new ReceiveStreams();
  nowMs = 0;

  constructor(options: Partial<LegMediaOptions> = {}) {
    let random = 0.1;
    this.output = {
      onRtcp: null,
      sendRtp: (packet, to) => this.sentRtp.push({ bytes: packet.slice(), to, atMs: this.nowMs }),
      sendRtcp: (bytes, to, isMultiplexed) => this.sentRtcp.push({ bytes, to, isMultiplexed }),
      onReport: (report) => this.recorder.onReport(report),
      onDigit: (digit) => this.recorder.onDigit(digit),
      onSilence: (change) => this.recorder.onSilence(change),
      onPlayed: () => this.recorder.onPlayed(),
      onRefusedSource: (refused) => this.recorder.onRefusedSource(refused),
      onProtectionFailures: (failures) => this.protectionFailures.push(failures),
      onHandshakeFailure: (detail) => this.handshakeFailures.push(detail),
    };
    this.media = new LegMedia(
      {
        request: {
          legId: 'a',
          mixId: 'm',
          bindAddress: '127.0.0.1',
          canonicalName: 'us',
          openedAtMs: START_MS,
        },
        continuation: null,
        isIpv6Socket: false,
        streams: this.streams,
        jitterBuffer: { minimumMs: 20, maximumMs: 200, initialMs: 40 },
        reportPeriodMs: 60_000,
        silenceTimeoutMs: 5000,
        isNatLearned: false,
        clips: {},
        extendedReports: 'negotiated',
        qualityModel: BY_RECOMMENDATION,
        random: () => {
          random = (random + 0.37) % 1;
          return random;
        },
        ...options,
      },
      this.output,
    );
  }

  update(overrides: Partial<MediaSession> = {}): void {
    this.media.update(mediaSession(CALLER_PORT, overrides), START_MS + this.nowMs);
  }

  receive(packet: Uint8Array | RtpPacketFields, port = CALLER_PORT, atMs = this.nowMs): void {
    const bytes = packet instanceof Uint8Array ? packet : rtpPacket(packet);
    const scratch = new Uint8Array(65_535);
    scratch.set(bytes);
    const view = new DataView(scratch.buffer);
    this.media.receiveRtp(scratch, view, bytes.length, '127.0.0.1', port, START_MS + atMs, atMs * 1000);
  }

  receiveControl(bytes: Uint8Array, port = CALLER_PORT + 1): void {
    this.media.receiveRtcp(bytes, '127.0.0.1', port, START_MS + this.nowMs);
  }

  /** Runs for `durationMs`; before each tick `arrive` may bring packets. */
  run(durationMs: number, arrive: (tick: number) => void = () => {}): void {
    for (let tick = 0; tick * 20 < durationMs; tick++) {
      arrive(tick);
      this.media.advance(START_MS + this.nowMs);
      this.media.send(null);
      this.nowMs += 10;
      if (this.media.isPaced) this.media.sendPaced();
      this.nowMs += 10;
    }
  }

  /** Runs with a tone of 20 ms packets arriving; numbers and timestamps go on from `firstSequenceNumber`. */
  runWithTone(durationMs: number, firstSequenceNumber = 0, fields: Partial<RtpPacketFields> = {}): void {
    this.run(durationMs, (tick) => {
      const sequenceNumber = (firstSequenceNumber + tick) & 0xffff;
      const timestamp = (firstSequenceNumber + tick) * 160;
      this.receive({ sequenceNumber, timestamp, payload: tonePayload(440, timestamp, 160), ...fields });
    });
  }

  close() {
    return this.media.close(START_MS + this.nowMs);
  }

  /** Milliseconds from the start of this clock. */
  since(atMs: number): number {
    return atMs - START_MS;
  }
}
