import type { MediaDigit, MediaLegListener } from '../../../media/engine/media-leg.ts';
import type { LegReport } from '../../../media/quality/leg-report.ts';

/** Keeps everything a leg tells. */
export class LegRecorder implements MediaLegListener {
  readonly reports: LegReport[] = [];
  readonly digits: MediaDigit[] = [];
  readonly silences: { isSilent: boolean; silentForMs: number; atMs: number }[] = [];
  readonly refusals: { address: string; port: number; packets: number }[] = [];
  played = 0;
  readonly losses: string[] = [];

  onReport(report: LegReport): void {
    this.reports.push(report);
  }

  onDigit(digit: MediaDigit): void {
    this.digits.push(digit);
  }

  onSilence(change: { isSilent: boolean; silentForMs: number; atMs: number }): void {
    this.silences.push(change);
  }

  onPlayed(): void {
    this.played++;
  }

  onRefusedSource(refused: { address: string; port: number; packets: number }): void {
    this.refusals.push(refused);
  }

  onLost(detail: string): void {
    this.losses.push(detail);
  }
}
