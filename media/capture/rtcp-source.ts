import { shortUnitsToUs } from '../rtcp/ntp.ts';
import type { VoipMetricsBlock } from '../rtcp/voip-metrics-block.ts';

/** What the receiver of a stream last said about it. */
export interface RemoteReception {
  readonly lostCumulative: number;
  readonly fractionLost: number;
  /** In timestamp units. */
  readonly jitter: number;
}

const REMEMBERED_REPORTS = 16;
/** Rounding of DLSR may make a short way negative by a little; more than this is a lie. */
const NEGATIVE_TRIP_US = 1000;

/** Round trips, added up. */
class HalfLoop {
  sumUs = 0;
  count = 0;

  /** 0 without any. */
  get meanUs(): number {
    return this.count === 0 ? 0 : this.sumUs / this.count;
  }

  add(tripUs: number): void {
    this.sumUs += Math.max(0, tripUs);
    this.count++;
  }

  clear(): void {
    this.sumUs = 0;
    this.count = 0;
  }
}

/** A source that sends RTCP, or is told about in it. Nothing is allocated for its reports. */
export class RtcpSource {
  readonly source: number;
  readonly destination: number;
  /** Of the pair: both even. */
  readonly ports: number;
  /** Another one of the same SSRC. */
  readonly namesake: RtcpSource | null;
  readonly whole = new HalfLoop();
  readonly interval = new HalfLoop();
  /** The other direction of the call. */
  answeredBy: RtcpSource | null = null;
  metrics: VoipMetricsBlock | null = null;
  /** Sender reports seen, in a ring: the middle of their NTP timestamp, signed, and when they came. */
  readonly #middles: number[] = [];
  readonly #sentAtUs: number[] = [];
  #reports = 0;
  #isHeard = false;
  /** The words of the last report block. */
  #lost = 0;
  #jitter = 0;

  constructor(source: number, destination: number, ports: number, namesake: RtcpSource | null) {
    this.source = source;
    this.destination = destination;
    this.ports = ports;
    this.namesake = namesake;
  }

  get remote(): RemoteReception | null {
    if (!this.#isHeard) return null;
    // RFC 3550 §6.4.1: the fraction stands above 24 bits with a sign.
    return {
      lostCumulative: (this.#lost << 8) >> 8,
      fractionLost: this.#lost >>> 24,
      jitter: this.#jitter >>> 0,
    };
  }

  /** A sender report; of copies the first one counts. */
  remember(middle: number, atUs: number): void {
    if (this.#middles.includes(middle)) return;
    const place = this.#reports++ % REMEMBERED_REPORTS;
    this.#middles[place] = middle;
    this.#sentAtUs[place] = atUs;
  }

  /** What `reporter` says in the report block at `offset` (RFC 3550 §6.4.1). */
  hear(reporter: RtcpSource, view: DataView, offset: number, arrivalUs: number): void {
    this.answeredBy = reporter;
    this.#isHeard = true;
    this.#lost = view.getInt32(offset + 4);
    this.#jitter = view.getInt32(offset + 12);
    const lastSenderReport = view.getInt32(offset + 16);
    if (lastSenderReport === 0) return;
    const place = this.#middles.indexOf(lastSenderReport);
    if (place < 0) return;
    const delayUs = shortUnitsToUs(view.getUint32(offset + 20));
    const tripUs = arrivalUs - (this.#sentAtUs[place] as number) - delayUs;
    if (tripUs < -NEGATIVE_TRIP_US) return;
    this.whole.add(tripUs);
    this.interval.add(tripUs);
  }
}
