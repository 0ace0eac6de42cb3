/**
 * One conference, frame by frame: the loudest are summed; each of them hears the sum without itself, and all
 * others share one encoded frame per codec, whatever their number. The sum is made at 8 kHz, at 16 kHz, or both,
 * as those who hear it need; who says it at the other rate is resampled once.
 */
import { ENCODE_OFFSET, type G711Codec, PCMA, PCMU } from '../codec/g711.ts';
import type { StreamCodec, StreamEncoder } from '../codec/stream-codec.ts';
import { type MixRateHz, MixSum, type Voice } from './mix-sum.ts';
import { SharedStream } from './shared-stream.ts';
import { type Speaker, selectSpeakers } from './speaker-selection.ts';

export interface MixParticipant extends Speaker, Voice {}

export const MIX_FRAME_SAMPLES = 160; // 20 ms of 8 kHz

interface SharedFrame {
  readonly codec: G711Codec;
  readonly octets: Uint8Array;
  /** The mix it was encoded from. */
  mix: number;
}

export class Mixer<P extends MixParticipant> {
  readonly #participants: P[] = [];
  readonly #speaking: P[] = [];
  readonly #narrow = new MixSum(8000);
  /** Made for the first participant that hears wideband. */
  #wide: MixSum | null = null;
  readonly #shared: SharedFrame[] = [];
  readonly #streams = new Map<StreamCodec, SharedStream>();
  #mixes = 0;
  /** What a speaker hears; overwritten by the next. */
  readonly #own = new Uint8Array(MIX_FRAME_SAMPLES);

  get participants(): readonly P[] {
    return this.#participants;
  }

  add(participant: P): void {
    if (!this.#participants.includes(participant)) this.#participants.push(participant);
  }

  remove(participant: P): void {
    removeFrom(this.#participants, participant);
    removeFrom(this.#speaking, participant);
    participant.isSpeaking = false;
    participant.level = 0;
  }

  /** Mixes the frames that the participants have now. */
  mix(): void {
    selectSpeakers(this.#participants, this.#speaking);
    this.#mixes++;
  }

  /** The loudest of the last mix. */
  get speaking(): readonly P[] {
    return this.#speaking;
  }

  /** The whole of the last mix, as it is heard by who does not speak; `into` has room for a frame. */
  readTotal(rateHz: MixRateHz, into: Int16Array): void {
    const total = this.#sum(rateHz);
    for (let index = 0; index < into.length; index++) {
      into[index] = Math.max(-32_768, Math.min(32_767, total[index] as number));
    }
  }

  /** Nobody is in the mix any more. */
  close(): void {
    for (const stream of this.#streams.values()) stream.close();
    this.#streams.clear();
  }

  /** What a participant hears, as the sum of what the others say, at its own rate; `into` has room for a frame. */
  hear(participant: P, into: Int32Array): void {
    into.set(this.#sum(participant.sampleRateHz));
    if (!participant.isSpeaking) return;
    const { samples, frameOffset } = participant;
    for (let index = 0; index < into.length; index++) {
      into[index] = (into[index] as number) - (samples[frameOffset + index] as number);
    }
  }

  /** What a participant hears, encoded; valid until the next call. */
  encodeFor(participant: P, codec: G711Codec): Uint8Array {
    if (participant.isSpeaking && participant.sampleRateHz === 8000) {
      encodeWithout(this.#sum(8000), participant, codec, this.#own);
      return this.#own;
    }
    const frame = this.#sharedFrame(codec);
    if (frame.mix !== this.#mixes) encodeTotal(this.#sum(8000), codec, frame.octets);
    frame.mix = this.#mixes;
    return frame.octets;
  }

  /** Of two at most: looked for in a map it cost as much as all else for who only listens. */
  #sharedFrame(codec: G711Codec): SharedFrame {
    for (let index = 0; index < this.#shared.length; index++) {
      const frame = this.#shared[index] as SharedFrame;
      if (frame.codec === codec) return frame;
    }
    const frame = { codec, octets: new Uint8Array(MIX_FRAME_SAMPLES), mix: 0 };
    this.#shared.push(frame);
    return frame;
  }

  /** Of those who only listen; null where nobody does by this codec. */
  sharedEncoder(codec: StreamCodec): StreamEncoder | null {
    return this.#streams.get(codec)?.encoder ?? null;
  }

  /** What all who only listen hear, by a codec with a memory; empty while no encoder can be had. */
  encodeShared(codec: StreamCodec): Uint8Array {
    let stream = this.#streams.get(codec);
    if (stream === undefined) {
      stream = new SharedStream(codec);
      this.#streams.set(codec, stream);
    }
    return stream.encode(this.#sum(codec.sampleRateHz), this.#mixes);
  }

  #sum(rateHz: MixRateHz): Int32Array {
    if (rateHz === 8000) return this.#narrow.of(this.#speaking, this.#mixes);
    this.#wide ??= new MixSum(16_000);
    return this.#wide.of(this.#speaking, this.#mixes);
  }
}

const SILENT_FRAMES: ReadonlyMap<G711Codec, Uint8Array> = new Map(
  [PCMU, PCMA].map((codec) => [codec, new Uint8Array(MIX_FRAME_SAMPLES).fill(codec.silence)]),
);

/** What somebody hears who is alone. */
export function silentFrame(codec: G711Codec): Uint8Array {
  return SILENT_FRAMES.get(codec) ?? new Uint8Array(MIX_FRAME_SAMPLES).fill(codec.silence);
}

/** Encodes a sum of up to four frames. */
export function encodeTotal(total: Int32Array, codec: G711Codec, octets: Uint8Array): void {
  const table = codec.encodeTable;
  for (let index = 0; index < MIX_FRAME_SAMPLES; index++) {
    octets[index] = table[(total[index] as number) + ENCODE_OFFSET] as number;
  }
}

function encodeWithout(
  total: Int32Array,
  { samples, frameOffset }: MixParticipant,
  codec: G711Codec,
  octets: Uint8Array,
): void {
  const table = codec.encodeTable;
  for (let index = 0; index < MIX_FRAME_SAMPLES; index++) {
    const others = (total[index] as number) - (samples[frameOffset + index] as number);
    octets[index] = table[others + ENCODE_OFFSET] as number;
  }
}

function removeFrom<P>(list: P[], entry: P): void {
  const index = list.indexOf(entry);
  if (index >= 0) list.splice(index, 1);
}
