/** One figure, and what it is to be judged by. */
export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** The same thing done by somebody else in the same session. */
  readonly peer?: { readonly name: string; readonly value: number };
  readonly target?: BenchTarget;
}

/** Ratios are our value over the peer's. */
export interface BenchTarget {
  readonly kind: 'at-most' | 'at-least' | 'ratio-at-most' | 'ratio-at-least';
  readonly limit: number;
}

export function ratioOf({ value, peer }: BenchRow): number | null {
  return peer === undefined ? null : value / peer.value;
}

/** Null where there is nothing to meet. */
export function isTargetMet(row: BenchRow): boolean | null {
  if (row.target === undefined) return null;
  const { kind, limit } = row.target;
  switch (kind) {
    case 'at-most':
      return row.value <= limit;
    case 'at-least':
      return row.value >= limit;
    case 'ratio-at-most':
      return (ratioOf(row) ?? Number.POSITIVE_INFINITY) <= limit;
    case 'ratio-at-least':
      return (ratioOf(row) ?? 0) >= limit;
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
