import { decodePcmu, toneAmplitude, toneAmplitudePeak } from './tone.ts';
import { type CapturedPacket, readUdpPackets } from './tshark.ts';

const PCMU = 0;
const TELEPHONE_EVENT = 101;
const HEADER_BYTES = 12;
const SAMPLE_RATE_HZ = 8_000;

/** What a service sent to each of its callers, by a capture of the wire: one stream for each of its RTP ports. */
export class HeardOnWire {
  readonly #packets: readonly CapturedPacket[];
  readonly #streams = new Map<number, CapturedPacket[]>();

  private constructor(packets: readonly CapturedPacket[], [first, last]: readonly [number, number]) {
    this.#packets = packets;
    for (const packet of packets) {
      const { sourcePort, payload } = packet;
      if (sourcePort < first || sourcePort > last || (payload[1]! & 0x7f) !== PCMU) continue;
      this.#streams.set(sourcePort, [...(this.#streams.get(sourcePort) ?? []), packet]);
    }
  }

  static async read(path: string, mediaPorts: readonly [number, number]): Promise<HeardOnWire> {
    return new HeardOnWire(await readUdpPackets(path), mediaPorts);
  }

  /** Whoever was sent sound. */
  get listeners(): readonly number[] {
    return [...this.#streams.keys()];
  }

  /** When a key was first said to be let go of (RFC 4733 §2.3: the event, then the end bit). */
  keyReleasedUs(event: number): number {
    const packet = this.#packets.find(
      ({ payload }) =>
        (payload[1]! & 0x7f) === TELEPHONE_EVENT &&
        payload[HEADER_BYTES] === event &&
        (payload[HEADER_BYTES + 1]! & 0x80) !== 0,
    );
    if (packet === undefined) throw new Error(`key ${event} was not pressed`);
    return packet.arrivalUs;
  }

  /** The greatest amplitude of a tone in what a listener was sent until then. */
  amplitudeBefore(listener: number, toneHz: number, beforeUs: number): number {
    const early = this.#streamOf(listener).filter(({ arrivalUs }) => arrivalUs < beforeUs);
    return toneAmplitudePeak(soundOf(early), SAMPLE_RATE_HZ, toneHz);
  }

  /** When the first packet after `sinceUs` was sent that holds the tone at `amplitude`; infinite for never. */
  toneBeganUs(listener: number, toneHz: number, sinceUs: number, amplitude: number): number {
    const packet = this.#streamOf(listener).find(
      (candidate) =>
        candidate.arrivalUs >= sinceUs &&
        toneAmplitude(soundOf([candidate]), SAMPLE_RATE_HZ, toneHz) >= amplitude,
    );
    return packet?.arrivalUs ?? Number.POSITIVE_INFINITY;
  }

  #streamOf(listener: number): readonly CapturedPacket[] {
    return this.#streams.get(listener) ?? [];
  }
}

function soundOf(packets: readonly CapturedPacket[]): Int16Array {
  return Int16Array.from(
    packets.flatMap(({ payload }) => [...payload.subarray(HEADER_BYTES)]),
    decodePcmu,
  );
}
