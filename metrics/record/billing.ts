const BILLING_STEP_SECONDS = 6;

/** Billed time: whole steps of six seconds, begun ones included. */
export function billableSeconds(durationMs: number): number {
  return Math.ceil(Math.max(0, durationMs) / 1000 / BILLING_STEP_SECONDS) * BILLING_STEP_SECONDS;
}

/** Exact in tenths. */
export function minutesOf(billedSeconds: number): number {
  return billedSeconds / 60;
}

export function epochSeconds(atMs: number): number {
  return Math.floor(atMs / 1000);
}

/**
 * A region in AWS's usage types: `USE1` for us-east-1, `EUC1` for eu-central-1. The letter of the direction is that
 * of its first word; Canada has three letters of its own.
 */
export function usageRegion(region: string): string {
  const [area = '', direction = '', number = ''] = region.split('-');
  if (area === 'ca') return `CAN${number}`;
  return `${area}${direction.slice(0, 1)}${number}`.toUpperCase();
}

/** Where records of a connector lie: the year, month and day in UTC, then the time to the millisecond. */
export function recordKey(prefix: string, owner: string, startMs: number, name: string): string {
  const iso = new Date(startMs).toISOString();
  const time = iso.slice(11, 23).replaceAll(':', '.');
  return `${prefix}/json/${owner}/${iso.slice(0, 10).replaceAll('-', '/')}/${time}_${name}`;
}
