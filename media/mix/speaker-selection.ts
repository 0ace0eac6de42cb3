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
  // By index, as in the mixer: this runs over a thousand participants fifty times a second.
  for (let index = 0; index < all.length; index++) {
    const speaker = all[index] as S;
    const released = speaker.level * RELEASE;
    speaker.level = speaker.isHeard ? Math.max(speaker.loudness, released) : 0;
  }
  dismissSilent(speaking);
  for (let index = 0; index < all.length; index++) {
    const speaker = all[index] as S;
    if (speaker.isSpeaking || speaker.level < INAUDIBLE_LEVEL) continue;
    if (speaking.length < SPEAKERS_MAXIMUM) {
      speaking.push(speaker);
      speaker.isSpeaking = true;
    } else {
      challenge(speaker, speaking);
    }
  }
}

function dismissSilent(speaking: Speaker[]): void {
  for (let index = speaking.length - 1; index >= 0; index--) {
    const speaker = speaking[index] as Speaker;
    if (speaker.level >= INAUDIBLE_LEVEL) continue;
    speaker.isSpeaking = false;
    speaking.splice(index, 1);
  }
}

function challenge<S extends Speaker>(challenger: S, speaking: S[]): void {
  let weakest = 0;
  for (let index = 1; index < speaking.length; index++) {
    if ((speaking[index] as S).level < (speaking[weakest] as S).level) weakest = index;
  }
  const incumbent = speaking[weakest] as S;
  if (challenger.level < incumbent.level * CHALLENGE_FACTOR) return;
  incumbent.isSpeaking = false;
  challenger.isSpeaking = true;
  speaking[weakest] = challenger;
}
