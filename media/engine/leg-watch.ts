/** What of a leg's packets is worth telling at once: that none come, that others send who have no right to, and that some cannot be read. */
import type { LegOutput } from './leg-contract.ts';
import type { LegSecurity } from './leg-security.ts';
import { RefusedSources } from './refused-sources.ts';
import { SilenceWatch } from './silence-watch.ts';

export class LegWatch {
  readonly #output: LegOutput;
  readonly #silence: SilenceWatch;
  readonly #refused = new RefusedSources();

  constructor(output: LegOutput, silenceTimeoutMs: number) {
    this.#output = output;
    this.#silence = new SilenceWatch(silenceTimeoutMs);
  }

  /** Cumulative. */
  get refusedPackets(): number {
    return this.#refused.total;
  }

  /** Whether packets should come. */
  expect(isExpected: boolean, nowMs: number): void {
    this.#silence.expect(isExpected, nowMs);
  }

  /** A packet was taken. */
  hear(nowMs: number): void {
    const change = this.#silence.hear(nowMs);
    if (change !== null) this.#output.onSilence(change);
  }

  /** A packet was not taken, for where it came from. */
  refuse(address: string, port: number): void {
    this.#refused.count(address, port);
  }

  /** Time passes. */
  advance(nowMs: number, security: Pick<LegSecurity, 'takeFailures'>): void {
    const silence = this.#silence.advance(nowMs);
    if (silence !== null) this.#output.onSilence(silence);
    const refused = this.#refused.take(nowMs);
    if (refused !== null) this.#output.onRefusedSource(refused);
    const failures = security.takeFailures(nowMs);
    if (failures !== null) this.#output.onProtectionFailures(failures);
  }
}
