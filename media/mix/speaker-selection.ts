/**
 * Who is mixed: the three loudest. Attack is instant and release slow, and who wants in must be clearly louder
 * than who is in, so that speakers do not flap between words.
 */

export interface Speaker {
  /** Mean magnitude of this frame, 0 to 32,768. */
  readonly loudness: number;
  /** False while muted, on hold or not joined. */
  readonly isHeard: boolean;
  /** Loudness with a slow release; kept by the selection. */
  level: number;
  /** Among the loudest; kept by the selection. */
  isSpeaking: boolean;
}

const SPEAKERS_MAXIMUM = 3;
/** Per frame of 20 ms: half after 140 ms, the length of a syllable. */
const RELEASE = 0.95;
/** 6 dB. */
const CHALLENGE_FACTOR = 2;
/** Below this (−84 dBov) nobody can be heard. */
const INAUDIBLE_LEVEL = 2;

/** Brings `speaking`, the speakers of the frame before, up to date for this frame. */
export function selectSpeakers<S extends Speaker>(all: readonly S[], speaking: S[]): void {
  const [first, second, third] = speaking;
  for (let index = 0; index < speaking.length; index++) follow(speaking[index] as S);
  dismissSilent(speaking);
  let threshold = levelToBeat(speaking);
  // By index, as in the mixer, and once: this runs over a thousand participants fifty times a second.
  for (let index = 0; index < all.length; index++) {
    const speaker = all[index] as S;
    if (speaker === first || speaker === second || speaker === third) continue;
    follow(speaker);
    if (speaker.level < threshold) continue;
    enter(speaker, speaking);
    threshold = levelToBeat(speaking);
  }
}

function follow(speaker: Speaker): void {
  const released = speaker.level * RELEASE;
  speaker.level = speaker.isHeard ? Math.max(speaker.loudness, released) : 0;
}

function dismissSilent(speaking: Speaker[]): void {
  for (let index = speaking.length - 1; index >= 0; index--) {
    const speaker = speaking[index] as Speaker;
    if (speaker.level >= INAUDIBLE_LEVEL) continue;
    speaker.isSpeaking = false;
    speaking.splice(index, 1);
  }
}

/** What it takes to become one of them. */
function levelToBeat(speaking: readonly Speaker[]): number {
  if (speaking.length < SPEAKERS_MAXIMUM) return INAUDIBLE_LEVEL;
  return CHALLENGE_FACTOR * (speaking[weakestOf(speaking)] as Speaker).level;
}

/** In place of the weakest, where there is no room. */
function enter<S extends Speaker>(speaker: S, speaking: S[]): void {
  const place = speaking.length < SPEAKERS_MAXIMUM ? speaking.length : weakestOf(speaking);
  const before = speaking[place];
  if (before !== undefined) before.isSpeaking = false;
  speaker.isSpeaking = true;
  speaking[place] = speaker;
}

function weakestOf(speaking: readonly Speaker[]): number {
  let weakest = 0;
  for (let index = 1; index < speaking.length; index++) {
    if ((speaking[index] as Speaker).level < (speaking[weakest] as Speaker).level) weakest = index;
  }
  return weakest;
}
