import type { CallDirection, Series } from '../../metrics/aggregator.ts';
import { type CallIdentity, createCallIdentity } from '../../metrics/call-minute.ts';
import type { ToldCall } from './told-call.ts';

/** RFC 3261 §17.1.1.2: no message of a transaction comes later than 64·T1 (32 s), and a little for the rest. */
const LINGER_MS = 40_000;
/** So that many short calls do not fill the memory; what comes for an older one is told under its Call-ID. */
const MAX_LINGERING = 2000;

/** What stays the same over a call, worked out once. */
export interface BookedCall {
  readonly identity: CallIdentity;
  readonly series: Series;
  readonly direction: CallDirection;
  /** Answered, and not yet ended. */
  isActive: boolean;
  /** Of what we sent, as the other side last reported it. */
  sentLostCumulative: number;
}

export interface CallBookDefaults {
  readonly voiceConnectorId: string;
  readonly region: string;
}

/**
 * The calls being told of, by our ID and by their Call-ID. An ended call stays for a while: its last report and
 * the messages that end it are still to come.
 */
export class CallBook {
  readonly #defaults: CallBookDefaults;
  readonly #calls = new Map<string, BookedCall>();
  readonly #bySipCallId = new Map<string, BookedCall>();
  /** In the order they ended. */
  readonly #ended: { readonly id: string; readonly remoteCallId: string; readonly endedAtMs: number }[] = [];

  constructor(defaults: CallBookDefaults) {
    this.#defaults = defaults;
  }

  get size(): number {
    return this.#calls.size;
  }

  open(call: ToldCall): BookedCall {
    const booked = this.#create(call);
    this.#calls.set(call.id, booked);
    this.#bySipCallId.set(call.leg.remoteCallId, booked);
    return booked;
  }

  /** A call that nobody has opened, or that is forgotten, is told all the same. */
  get(call: ToldCall): BookedCall {
    return this.#calls.get(call.id) ?? this.#create(call);
  }

  bySipCallId(sipCallId: string): BookedCall | undefined {
    return this.#bySipCallId.get(sipCallId);
  }

  close(call: ToldCall, nowMs: number): void {
    this.#ended.push({ id: call.id, remoteCallId: call.leg.remoteCallId, endedAtMs: nowMs });
    if (this.#ended.length > 2 * MAX_LINGERING) {
      this.#forget(this.#ended.length - MAX_LINGERING);
    }
  }

  /** Forgets the calls that ended long enough ago. */
  sweep(nowMs: number): void {
    const kept = this.#ended.findIndex(({ endedAtMs }) => nowMs - endedAtMs < LINGER_MS);
    this.#forget(kept === -1 ? this.#ended.length : kept);
  }

  #forget(count: number): void {
    for (const { id, remoteCallId } of this.#ended.splice(0, count)) {
      const booked = this.#calls.get(id);
      this.#calls.delete(id);
      // A later call may have brought the same Call-ID.
      if (this.#bySipCallId.get(remoteCallId) === booked) {
        this.#bySipCallId.delete(remoteCallId);
      }
    }
  }

  #create(call: ToldCall): BookedCall {
    const { region } = this.#defaults;
    const voiceConnectorId = call.voiceConnectorId ?? this.#defaults.voiceConnectorId;
    return {
      identity: createCallIdentity({ id: call.id, ...call.leg }, voiceConnectorId, region),
      series: { voiceConnectorId, region },
      direction: call.direction ?? 'Inbound',
      isActive: false,
      sentLostCumulative: 0,
    };
  }
}
