/** Reads the voice from its files and adds the computed sounds: everything that legs can be played. */
import { readFileSync } from 'node:fs';
import { decodeG711, PCMU } from '../codec/g711.ts';
import { CLIP_RATE_HZ, type Clip, type Clips, createClip } from './clip.ts';
import { LANGUAGES, type Language, PHRASES, type Phrase } from './phrases.ts';
import { holdMusic, joinTone, leaveTone } from './tone.ts';

export type Sound = 'join-tone' | 'leave-tone' | 'hold-music';

/** ITU-T G.711 µ-law in a WAV file. */
const WAVE_FORMAT_MULAW = 7;
const CHUNK_HEADER_BYTES = 8;

/** The clip of a phrase in one language. */
export function clipName(phrase: Phrase, language: Language): string {
  return `${language}/${phrase}`;
}

/** @throws where a file is missing or not 16 kHz mono µ-law */
export function readClips(): Clips {
  const spoken = LANGUAGES.flatMap((language) =>
    (Object.keys(PHRASES) as Phrase[]).map((phrase): [string, Clip] => [
      clipName(phrase, language),
      readVoice(phrase, language),
    ]),
  );
  const computed: Readonly<Record<Sound, Clip>> = {
    'join-tone': createClip(joinTone()),
    'leave-tone': createClip(leaveTone()),
    'hold-music': createClip(holdMusic()),
  };
  return { ...Object.fromEntries(spoken), ...computed };
}

function readVoice(phrase: Phrase, language: Language): Clip {
  const url = new URL(`voice/${clipName(phrase, language)}.wav`, import.meta.url);
  const octets = soundOf(readFileSync(url), url.pathname);
  const samples = new Int16Array(octets.length);
  decodeG711(PCMU, octets, 0, samples, 0, octets.length);
  return createClip(samples);
}

/** The data chunk of a RIFF/WAVE file. */
function soundOf(file: Buffer, path: string): Uint8Array {
  let isRight = false;
  for (let offset = 12; offset + CHUNK_HEADER_BYTES <= file.length; ) {
    const name = file.toString('latin1', offset, offset + 4);
    const length = file.readUInt32LE(offset + 4);
    const start = offset + CHUNK_HEADER_BYTES;
    if (name === 'fmt ') isRight = isVoiceFormat(file, start);
    if (name === 'data' && isRight) return file.subarray(start, start + length);
    // Chunks begin at even offsets.
    offset = start + length + (length % 2);
  }
  throw new Error(`${path} is no WAV file of ${CLIP_RATE_HZ} Hz mono µ-law`);
}

function isVoiceFormat(file: Buffer, start: number): boolean {
  const [format, channels] = [file.readUInt16LE(start), file.readUInt16LE(start + 2)];
  return format === WAVE_FORMAT_MULAW && channels === 1 && file.readUInt32LE(start + 4) === CLIP_RATE_HZ;
}
