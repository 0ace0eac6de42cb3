import type { Phrase } from '../../media/prompt/phrases.ts';
import type { KeyRecord } from '../call/digit-transcript.ts';
import type { CallStage, StageHost } from './call-stage.ts';

/** Whoever cannot hear the last words, for want of media, is not waited for. */
const PATIENCE_MS = 15_000;

/** Last words, and then the end of the call. */
export class FarewellStage implements CallStage {
  readonly mixId: string;
  readonly #host: StageHost;
  readonly #lastWords: readonly Phrase[];
  readonly #detail: string;
  #dueAtMs: number | null = null;

  constructor(host: StageHost, mixId: string, lastWords: readonly Phrase[], detail: string) {
    this.mixId = mixId;
    this.#host = host;
    this.#lastWords = lastWords;
    this.#detail = detail;
  }

  get dueAtMs(): number | null {
    return this.#dueAtMs;
  }

  begin(nowMs: number): void {
    const { voice } = this.#host;
    this.#dueAtMs = nowMs + PATIENCE_MS;
    voice.hear('nothing');
    voice.sayLast(...this.#lastWords);
  }

  press(_key: string, record: KeyRecord): void {
    record.ignore('The call was being ended.');
  }

  played(): void {
    this.#end();
  }

  advance(nowMs: number): void {
    if (this.#dueAtMs !== null && nowMs >= this.#dueAtMs) this.#end();
  }

  leave(): void {}

  #end(): void {
    this.#dueAtMs = null;
    this.#host.leg.end('normal-clearing', this.#detail);
  }
}
