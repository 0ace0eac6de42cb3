import { type BenchRow, type BenchTarget, isTargetMet, ratioOf } from './bench-row.ts';

const HEADINGS = ['', 'ours', 'peer', 'ratio', 'target', ''] as const;
const LIMIT_SIGNS: Readonly<Record<BenchTarget['kind'], string>> = {
  'at-most': '≤',
  'at-least': '≥',
  'ratio-at-most': '≤',
  'ratio-at-least': '≥',
};

/** The rows as one table for people. */
export function formatTable(rows: readonly BenchRow[]): string {
  const cells = [[...HEADINGS], ...rows.map(formatCells)];
  const widths = HEADINGS.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)));
  return cells
    .map((row) =>
      row.map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
      ),
    )
    .map((row) => row.join('  ').trimEnd())
    .join('\n');
}

function formatCells(row: BenchRow): string[] {
  const ratio = ratioOf(row);
  const isMet = isTargetMet(row);
  return [
    row.name,
    `${formatNumber(row.value)} ${row.unit}`,
    row.peer === undefined ? '' : `${formatNumber(row.peer.value)} (${row.peer.name})`,
    ratio === null ? '' : `${ratio.toFixed(2)}×`,
    row.target === undefined ? '' : formatTarget(row.target),
    isMet === null ? '' : isMet ? '✓' : '✗',
  ];
}

function formatTarget({ kind, limit }: BenchTarget): string {
  return `${LIMIT_SIGNS[kind]} ${formatNumber(limit)}${kind.startsWith('ratio') ? '×' : ''}`;
}

/** Three significant digits, or whole from 100 on. */
function formatNumber(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return Number(value.toPrecision(3)).toString();
}
