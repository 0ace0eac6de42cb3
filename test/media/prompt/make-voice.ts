/**
 * Speaks every phrase with espeak-ng and keeps it as WAV, 16 kHz mono in µ-law: half the size of linear samples,
 * and better than what most legs can carry. ffmpeg brings it to that rate and to an even level, and cuts the
 * silence around it. Run by hand (`npm run voice`) after a change of the phrases; the files are committed.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { LANGUAGES, type Language, PHRASES } from '../../../media/prompt/phrases.ts';

const VOICES: Readonly<Record<Language, string>> = { en: 'en-us', de: 'de' };
const WORDS_A_MINUTE = '165';
const CUT = 'silenceremove=start_periods=1:start_threshold=-50dB';
const FILTERS = [CUT, 'areverse', CUT, 'areverse', 'apad=pad_dur=0.12', 'volume=-3dB', 'aresample=16000'];
const ENCODE = '-ac 1 -c:a pcm_mulaw -bitexact -map_metadata -1'.split(' ');

const folder = fileURLToPath(new URL('../../../media/prompt/voice/', import.meta.url));

for (const language of LANGUAGES) {
  rmSync(`${folder}${language}`, { recursive: true, force: true });
  mkdirSync(`${folder}${language}`, { recursive: true });
  for (const [phrase, text] of Object.entries(PHRASES)) {
    const speak = ['-v', VOICES[language], '-s', WORDS_A_MINUTE, '--stdout', text[language]];
    const spoken = execFileSync('espeak-ng', speak, { maxBuffer: 1e8 });
    const path = `${folder}${language}/${phrase}.wav`;
    const parameters = ['-loglevel', 'error', '-i', '-', '-af', FILTERS.join(','), ...ENCODE, '-y', path];
    execFileSync('ffmpeg', parameters, { input: spoken });
  }
}
