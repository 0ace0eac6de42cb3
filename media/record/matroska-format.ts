import { createMatroskaFragment, createMatroskaHeader } from './matroska.ts';
import type { SoundFormat } from './sound-format.ts';

/** Of a stream as Kinesis Video Streams would hold it. */
export interface FragmentNaming {
  /** 47 digits. */
  readonly firstFragmentNumber: string;
  /** Of the first sample, Unix ms. */
  readonly startedAtMs: number;
  /** Tags of each fragment besides its number and times. */
  readonly tags: Readonly<Record<string, string>>;
}

const FRAGMENT_NUMBER_DIGITS = 47;

/** A fragment a piece. */
export class MatroskaFormat implements SoundFormat {
  readonly headerLength: number;
  readonly #header: Uint8Array;
  readonly #sampleRateHz: number;
  readonly #naming: FragmentNaming;
  readonly #now: () => number;
  #fragments = 0;
  #samples = 0;

  constructor(sampleRateHz: number, naming: FragmentNaming, now: () => number) {
    this.#sampleRateHz = sampleRateHz;
    this.#naming = naming;
    this.#now = now;
    this.#header = createMatroskaHeader(sampleRateHz);
    this.headerLength = this.#header.length;
  }

  /** The tags that consumers of a stream read (Kinesis Video Streams, GetMedia). */
  encode(samples: Int16Array): Uint8Array {
    const { firstFragmentNumber, startedAtMs, tags } = this.#naming;
    const timestampMs = Math.round((this.#samples * 1000) / this.#sampleRateHz);
    const fragmentNumber = nextFragmentNumber(firstFragmentNumber, this.#fragments);
    this.#fragments++;
    this.#samples += samples.length;
    const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    return createMatroskaFragment(bytes, this.#sampleRateHz, timestampMs, {
      AWS_KINESISVIDEO_FRAGMENT_NUMBER: fragmentNumber,
      AWS_KINESISVIDEO_SERVER_TIMESTAMP: seconds(this.#now()),
      AWS_KINESISVIDEO_PRODUCER_TIMESTAMP: seconds(startedAtMs + timestampMs),
      ...tags,
    });
  }

  /** The segment ends with the file: nothing in it depends on what follows. */
  header(): Uint8Array {
    return this.#header;
  }
}

/** The number of the fragment that comes so many after. */
export function nextFragmentNumber(first: string, count: number): string {
  return (BigInt(first) + BigInt(count)).toString().padStart(FRAGMENT_NUMBER_DIGITS, '0');
}

/** `1574268021.123`: seconds, with the milliseconds behind the point. */
function seconds(atMs: number): string {
  return (atMs / 1000).toFixed(3);
}
