/** The SRTP of one leg: what comes is unprotected in place, what goes is protected in place. Without keys it does nothing. */
import { SrtcpReceiver, type SrtcpReceiverState } from '../srtp/srtcp-receiver.ts';
import { SrtcpSender, type SrtcpSenderState } from '../srtp/srtcp-sender.ts';
import { createFailureCounts, type SrtpFailureCounts } from '../srtp/srtp-failure.ts';
import { SrtpReceiver, type SrtpReceiverState } from '../srtp/srtp-receiver.ts';
import { SrtpSender, type SrtpSenderState } from '../srtp/srtp-sender.ts';
import { findSrtpSuite, SRTP_OVERHEAD_MAXIMUM, type SrtpMasterKey } from '../srtp/srtp-suite.ts';
import type { EncryptionKey, MediaEncryption } from './media-leg.ts';

const TELL_PERIOD_MS = 1000;

interface Contexts {
  readonly rtpSender: SrtpSender;
  readonly rtpReceiver: SrtpReceiver;
  readonly rtcpSender: SrtcpSender;
  readonly rtcpReceiver: SrtcpReceiver;
}

/** Keys, rollover counters, replay windows and what was refused, for another worker; survives structured cloning. */
export interface ProtectionState {
  readonly rtpSender: SrtpSenderState;
  readonly rtpReceiver: SrtpReceiverState;
  readonly rtcpSender: SrtcpSenderState;
  readonly rtcpReceiver: SrtcpReceiverState;
  readonly failures: SrtpFailureCounts;
}

export class LegProtection {
  #contexts: Contexts | null = null;
  /** Refused before the leg came to this worker. */
  readonly #failuresBefore: Readonly<SrtpFailureCounts>;
  readonly #offsets = [0];
  readonly #lengths = [0];
  #toldPackets = 0;
  #toldAtMs = Number.NEGATIVE_INFINITY;

  /** @param state of the worker that had the leg before, null at its beginning */
  constructor(state: ProtectionState | null = null) {
    this.#failuresBefore = state?.failures ?? createFailureCounts();
    this.#toldPackets = countAll(this.#failuresBefore);
    if (state === null) return;
    this.#contexts = {
      rtpSender: SrtpSender.from(state.rtpSender),
      rtpReceiver: SrtpReceiver.from(state.rtpReceiver),
      rtcpSender: SrtcpSender.from(state.rtcpSender),
      rtcpReceiver: SrtcpReceiver.from(state.rtcpReceiver),
    };
  }

  /** Null without keys. */
  get state(): ProtectionState | null {
    const contexts = this.#contexts;
    if (contexts === null) return null;
    return {
      rtpSender: contexts.rtpSender.state,
      rtpReceiver: contexts.rtpReceiver.state,
      rtcpSender: contexts.rtcpSender.state,
      rtcpReceiver: contexts.rtcpReceiver.state,
      failures: this.#countFailures(contexts),
    };
  }

  get isActive(): boolean {
    return this.#contexts !== null;
  }

  /** So many packets of another key will be tried again. */
  forgive(packets: number): void {
    this.#contexts?.rtpReceiver.forgive(packets);
  }

  /** Takes keys over: the same ones again change nothing, others rekey, none end it. */
  update(encryption: MediaEncryption | null): void {
    const suite = encryption === null ? null : findSrtpSuite(encryption.suite);
    if (encryption === null || suite === null) {
      this.#contexts = null;
      return;
    }
    const master = ({ masterKey, masterSalt }: EncryptionKey): SrtpMasterKey => ({
      suite,
      key: masterKey,
      salt: masterSalt,
    });
    const [sending, receiving] = [master(encryption.sending), master(encryption.receiving)];
    const lifetimePackets = encryption.sending.lifetimePackets ?? undefined;
    if (this.#contexts === null) {
      this.#contexts = {
        rtpSender: new SrtpSender(sending, lifetimePackets),
        rtpReceiver: new SrtpReceiver(receiving),
        rtcpSender: new SrtcpSender(sending, lifetimePackets),
        rtcpReceiver: new SrtcpReceiver(receiving),
      };
      return;
    }
    const { rtpSender, rtpReceiver, rtcpSender, rtcpReceiver } = this.#contexts;
    rtpSender.rekey(sending, lifetimePackets);
    rtpReceiver.rekey(receiving);
    rtcpSender.rekey(sending);
    rtcpReceiver.rekey(receiving);
  }

  /**
   * @returns the length of the plain packet at the beginning of `bytes`; 0 where it was refused, −1 where that may be
   * for a key that is agreed on, and not told to this thread yet: then it is left as it came
   */
  unprotectRtp(bytes: Uint8Array, length: number): number {
    const contexts = this.#contexts;
    if (contexts === null || !isRtpVersion(bytes)) return length;
    const { rtpReceiver } = contexts;
    const refusedBefore = rtpReceiver.failures.authentication;
    this.#lengths[0] = length;
    this.#offsets[0] = 0;
    rtpReceiver.unprotect(bytes, this.#offsets, this.#lengths, 1);
    return rtpReceiver.failures.authentication > refusedBefore ? -1 : (this.#lengths[0] as number);
  }

  /** The same for RTCP. */
  unprotectRtcp(bytes: Uint8Array, length: number): number {
    const contexts = this.#contexts;
    if (contexts === null || !isRtpVersion(bytes)) return length;
    this.#lengths[0] = length;
    this.#offsets[0] = 0;
    contexts.rtcpReceiver.unprotect(bytes, this.#offsets, this.#lengths, 1);
    return this.#lengths[0] as number;
  }

  /** Protects a packet that has room behind it. @returns the length, 0 where it must not be sent */
  protectRtp(bytes: Uint8Array, offset: number, length: number): number {
    const contexts = this.#contexts;
    if (contexts === null) return length;
    this.#lengths[0] = length;
    this.#offsets[0] = offset;
    contexts.rtpSender.protect(bytes, this.#offsets, this.#lengths, 1);
    return this.#lengths[0] as number;
  }

  /** @returns the report protected, null where it must not be sent */
  protectRtcp(bytes: Uint8Array): Uint8Array | null {
    const contexts = this.#contexts;
    if (contexts === null) return bytes;
    const roomy = new Uint8Array(bytes.length + SRTP_OVERHEAD_MAXIMUM);
    roomy.set(bytes);
    this.#lengths[0] = bytes.length;
    this.#offsets[0] = 0;
    contexts.rtcpSender.protect(roomy, this.#offsets, this.#lengths, 1);
    const length = this.#lengths[0] as number;
    return length === 0 ? null : roomy.subarray(0, length);
  }

  /** What was refused since the beginning, where there is more to tell than the last time; or null. */
  takeFailures(nowMs: number): SrtpFailureCounts | null {
    if (this.#contexts === null || nowMs - this.#toldAtMs < TELL_PERIOD_MS) return null;
    const failures = this.#countFailures(this.#contexts);
    const packets = countAll(failures);
    if (packets === this.#toldPackets) return null;
    this.#toldPackets = packets;
    this.#toldAtMs = nowMs;
    return failures;
  }

  #countFailures(contexts: Contexts): SrtpFailureCounts {
    const failures = { ...this.#failuresBefore };
    for (const { failures: counts } of Object.values(contexts)) {
      for (const reason of Object.keys(failures) as (keyof SrtpFailureCounts)[]) {
        failures[reason] += counts[reason];
      }
    }
    return failures;
  }
}

function countAll(failures: Readonly<SrtpFailureCounts>): number {
  return Object.values(failures).reduce((sum, count) => sum + count, 0);
}

/** RFC 7983 §7: what begins otherwise is STUN or the like, and no RTP to anybody. */
function isRtpVersion(bytes: Uint8Array): boolean {
  return (bytes[0] as number) >> 6 === 2;
}
