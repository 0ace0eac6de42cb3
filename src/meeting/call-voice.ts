import type { MediaLeg } from '../../media/engine/media-leg.ts';
import type { Language, Phrase } from '../../media/prompt/phrases.ts';
import { clipName, type Sound } from '../../media/prompt/read-clips.ts';
import type { Hearing } from './participant.ts';

/** Whoever is recorded has to be told, whatever is pressed meanwhile. */
const UNINTERRUPTIBLE: readonly Phrase[] = ['recording-started'];

/** What one caller hears of us, in its own language: phrases one after the other, music or the meeting behind them. */
export class CallVoice {
  readonly #language: Language;
  #media: MediaLeg | null = null;
  /** What was to be said since it was last silent. */
  #pending: Phrase[] = [];
  #hearing: Hearing = 'nothing';
  #isLeaving = false;

  constructor(language: Language) {
    this.#language = language;
  }

  get language(): Language {
    return this.#language;
  }

  /** Null: there is nobody to be spoken to any more. */
  attach(media: MediaLeg | null): void {
    this.#media = media;
  }

  say(...phrases: readonly Phrase[]): void {
    this.#pending.push(...phrases);
    const clips = phrases.map((phrase) => clipName(phrase, this.#language));
    this.#media?.play(clips, { ducks: true });
  }

  /** Last words, in place of what was to be said. A key that was on its way does not silence them. */
  sayLast(...phrases: readonly Phrase[]): void {
    this.interrupt();
    this.say(...phrases);
    this.#isLeaving = true;
  }

  sound(sound: Sound): void {
    this.#media?.play([sound], { ducks: false });
  }

  /** Silence, but for what must be heard. */
  interrupt(): void {
    if (this.#isLeaving || this.#pending.length === 0) return;
    const kept = this.#pending.filter((phrase) => UNINTERRUPTIBLE.includes(phrase));
    this.#pending = [];
    this.#media?.stopPlaying();
    if (kept.length > 0) this.say(...kept);
  }

  /** Everything that was to be said has been. */
  played(): void {
    this.#pending = [];
  }

  hear(hearing: Hearing): void {
    if (hearing === this.#hearing) return;
    if (this.#hearing === 'hold-music') {
      // Nobody is kept from a meeting by the notice that it has not begun.
      this.interrupt();
      this.#media?.playBehind(null);
    }
    if (this.#hearing === 'meeting') this.#media?.leave();
    this.#hearing = hearing;
    if (hearing === 'hold-music') this.#media?.playBehind('hold-music');
    if (hearing === 'meeting') this.#media?.join();
  }

  /** In the meeting, and not to be heard there. */
  setMuted(isMuted: boolean): void {
    this.#media?.setMuted(isMuted);
  }
}
