import type { Output } from './surroundings.ts';

const WIDTH = 24;
const MINIMUM_INTERVAL_MS = 100;
/** Clears the line it stands on. */
const ERASE_LINE = '\r\u001b[2K';

/** How far a long piece of work is, on one line of a terminal that is written again and again. */
export class ProgressBar {
  readonly #output: Output;
  readonly #name: string;
  /** Bytes; null where nobody knows, as with a pipe. */
  readonly #total: number | null;
  readonly #startedAtMs: number;
  #shownAtMs: number | null = null;

  constructor(output: Output, name: string, total: number | null, nowMs: number) {
    this.#output = output;
    this.#name = name;
    this.#total = total;
    this.#startedAtMs = nowMs;
  }

  show(bytes: number, nowMs: number): void {
    if (!this.#output.isTerminal) return;
    if (this.#shownAtMs !== null && nowMs - this.#shownAtMs < MINIMUM_INTERVAL_MS) return;
    this.#shownAtMs = nowMs;
    const text = formatProgress(bytes, this.#total, nowMs - this.#startedAtMs);
    this.#output.write(`${ERASE_LINE}${text}  ${this.#name}`);
  }

  clear(): void {
    if (this.#shownAtMs !== null) this.#output.write(ERASE_LINE);
  }
}

/** `████████················  33 %  512 MB/s  4 s left` */
export function formatProgress(bytes: number, total: number | null, elapsedMs: number): string {
  const bytesPerMs = elapsedMs <= 0 ? 0 : bytes / elapsedMs;
  const rate = `${Math.round(bytesPerMs / 1000)} MB/s`;
  if (total === null || total <= 0) return `${Math.round(bytes / 1e6)} MB  ${rate}`;
  const share = Math.min(1, bytes / total);
  const full = Math.floor(share * WIDTH);
  const bar = `${'█'.repeat(full)}${'·'.repeat(WIDTH - full)}`;
  const left = bytesPerMs === 0 ? '' : `  ${Math.ceil((total - bytes) / bytesPerMs / 1000)} s left`;
  return `${bar}  ${Math.round(share * 100)} %  ${rate}${left}`;
}
