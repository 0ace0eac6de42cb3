/**
 * The same streams by the definitions of tshark 4.0's `rtp,streams`, so that its printed digits are an oracle
 * for what we count. They differ from ours: lost counts back from the packet that arrived last, with duplicates
 * as received; jitter has every packet in order of arrival, in milliseconds; its mean and maximum leave out
 * marked packets, comfort noise and what follows it. A packet with a timestamp before the first one's does not
 * exist for the jitter, and one without a known clock moves the arrival time but not the timestamp.
 */
const COMFORT_NOISE_PAYLOAD_TYPES: readonly number[] = [13, 19];

/** Fields of one stream, in 64-bit floats. */
const PACKETS = 0;
const FIRST_SEQUENCE = 1;
const LAST_SEQUENCE = 2;
const CYCLES = 3;
/** 1 while sequence numbers are below the first one, so that one wrap counts once. */
const IS_BELOW_FIRST = 4;
const LAST_TIMESTAMP = 5;
const LAST_ARRIVAL_MS = 6;
const JITTER_MS = 7;
const JITTER_MEAN_MS = 8;
const JITTER_MAX_MS = 9;
const LAST_PAYLOAD_TYPE = 10;
/** Timestamp units since the first packet; below zero is out of sequence. */
const SINCE_FIRST = 11;
const FIELDS = 12;

export interface TsharkReport {
  readonly packets: number;
  /** May be negative. */
  readonly lost: number;
  readonly meanJitterMs: number;
  readonly maxJitterMs: number;
}

export class TsharkStatistics {
  #fields = new Float64Array(16 * FIELDS);

  /**
   * @param timestamp unsigned 32 bits
   * @param clockRateHz 0 for telephone-events and where it is unknown
   * @param arrivalMs since the beginning of the capture
   */
  receive(
    slot: number,
    sequenceNumber: number,
    timestamp: number,
    isMarked: boolean,
    payloadType: number,
    clockRateHz: number,
    arrivalMs: number,
  ): void {
    const base = slot * FIELDS;
    while (base + FIELDS > this.#fields.length) this.#grow();
    const fields = this.#fields;
    const packets = fields[base + PACKETS] as number;
    fields[base + PACKETS] = packets + 1;
    if (packets === 0) {
      fields[base + FIRST_SEQUENCE] = sequenceNumber;
      fields[base + LAST_SEQUENCE] = sequenceNumber;
      fields[base + LAST_TIMESTAMP] = timestamp;
      fields[base + LAST_ARRIVAL_MS] = arrivalMs;
      fields[base + LAST_PAYLOAD_TYPE] = payloadType;
      return;
    }
    const elapsed = (timestamp - (fields[base + LAST_TIMESTAMP] as number)) | 0;
    const sinceFirst = (fields[base + SINCE_FIRST] as number) + elapsed;
    const isInSequence = sinceFirst >= 0;
    if (isInSequence) countCycles(fields, base, sequenceNumber);
    const isRegular =
      !isMarked &&
      !COMFORT_NOISE_PAYLOAD_TYPES.includes(payloadType) &&
      !COMFORT_NOISE_PAYLOAD_TYPES.includes(fields[base + LAST_PAYLOAD_TYPE] as number);
    if (isInSequence) {
      if (clockRateHz !== 0) {
        measureJitter(fields, base, elapsed, clockRateHz, arrivalMs, isRegular);
        fields[base + LAST_TIMESTAMP] = timestamp;
        fields[base + SINCE_FIRST] = sinceFirst;
      }
      fields[base + LAST_ARRIVAL_MS] = arrivalMs;
    }
    fields[base + LAST_SEQUENCE] = sequenceNumber;
    fields[base + LAST_PAYLOAD_TYPE] = payloadType;
  }

  /** Forgets the slot's numbers: another stream has it from now on. */
  clear(slot: number): void {
    this.#fields.fill(0, slot * FIELDS, (slot + 1) * FIELDS);
  }

  report(slot: number): TsharkReport {
    const base = slot * FIELDS;
    const field = (index: number): number => this.#fields[base + index] ?? 0;
    if (field(PACKETS) === 0) return { packets: 0, lost: 0, meanJitterMs: 0, maxJitterMs: 0 };
    const expected = field(LAST_SEQUENCE) + field(CYCLES) * 0x1_0000 - field(FIRST_SEQUENCE) + 1;
    return {
      packets: field(PACKETS),
      lost: expected - field(PACKETS),
      meanJitterMs: field(JITTER_MEAN_MS),
      maxJitterMs: field(JITTER_MAX_MS),
    };
  }

  #grow(): void {
    const fields = new Float64Array(this.#fields.length * 2);
    fields.set(this.#fields);
    this.#fields = fields;
  }
}

function countCycles(fields: Float64Array, base: number, sequenceNumber: number): void {
  const first = fields[base + FIRST_SEQUENCE] as number;
  const wrapsToZero = sequenceNumber === 0 && fields[base + LAST_SEQUENCE] === 0xffff;
  if (fields[base + IS_BELOW_FIRST] === 0) {
    if (sequenceNumber >= first && !wrapsToZero) return;
    fields[base + CYCLES] = (fields[base + CYCLES] as number) + 1;
    fields[base + IS_BELOW_FIRST] = 1;
  } else if (sequenceNumber > first) {
    fields[base + IS_BELOW_FIRST] = 0;
  }
}

function measureJitter(
  fields: Float64Array,
  base: number,
  elapsed: number,
  clockRateHz: number,
  arrivalMs: number,
  isRegular: boolean,
): void {
  // tshark's clock has whole units a millisecond: 44.1 kHz count as 44.
  const elapsedMs = elapsed / Math.floor(clockRateHz / 1000);
  const difference = Math.abs(arrivalMs - ((fields[base + LAST_ARRIVAL_MS] as number) + elapsedMs));
  const jitter = (15 * (fields[base + JITTER_MS] as number) + difference) / 16;
  fields[base + JITTER_MS] = jitter;
  if (!isRegular) return;
  fields[base + JITTER_MAX_MS] = Math.max(jitter, fields[base + JITTER_MAX_MS] as number);
  // Packets left out still count in the weight, so that the mean is one of its own.
  const before = (fields[base + PACKETS] as number) - 1;
  const mean = fields[base + JITTER_MEAN_MS] as number;
  fields[base + JITTER_MEAN_MS] = (mean * (before - 1) + jitter) / before;
}
