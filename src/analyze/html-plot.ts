/** One plot over time as inline SVG: a line with its points, a grid of three values, no script. */
export interface Plot {
  readonly title: string;
  readonly unit: string;
  /** Null leaves a gap. */
  readonly points: readonly { readonly atS: number; readonly value: number | null }[];
  /** Values the axis spans; the upper one grows with the data. */
  readonly range: readonly [low: number, high: number];
  /** A line to be compared with. */
  readonly threshold?: number;
}

const WIDTH = 360;
const HEIGHT = 120;
const LEFT = 34;
const RIGHT = 6;
const TOP = 8;
const BOTTOM = 18;
const GRID_LINES = 2;

export function formatPlot({ title, unit, points, range, threshold }: Plot): string {
  const [low, least] = range;
  const high = Math.max(least, ...points.map(({ value }) => value ?? low));
  const lastS = Math.max(1, ...points.map(({ atS }) => atS));
  const x = (atS: number): string => (LEFT + (atS / lastS) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const y = (value: number): string =>
    (HEIGHT - BOTTOM - ((value - low) / (high - low)) * (HEIGHT - TOP - BOTTOM)).toFixed(1);
  const grid = Array.from({ length: GRID_LINES + 1 }, (_, index) => {
    const value = low + ((high - low) * index) / GRID_LINES;
    return `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(value)}" y2="${y(value)}"/><text x="${LEFT - 4}" y="${y(value)}" class="value">${shortNumber(value)}</text>`;
  });
  const limit =
    threshold === undefined
      ? ''
      : `<line class="limit" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(threshold)}" y2="${y(threshold)}"/>`;
  const dots = points.flatMap(({ atS, value }) =>
    value === null
      ? []
      : [
          `<circle cx="${x(atS)}" cy="${y(value)}" r="1.8"><title>${formatTime(atS)}: ${shortNumber(value)} ${unit}</title></circle>`,
        ],
  );
  const times = `<text x="${LEFT}" y="${HEIGHT - 4}">0:00</text><text x="${WIDTH - RIGHT}" y="${HEIGHT - 4}" class="last">${formatTime(lastS)}</text>`;
  return `<figure><figcaption>${title}</figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title} over time">${grid.join('')}${limit}<path d="${linePath(points, x, y)}"/>${dots.join('')}${times}</svg></figure>`;
}

function linePath(points: Plot['points'], x: (atS: number) => string, y: (value: number) => string): string {
  let path = '';
  let isDrawing = false;
  for (const { atS, value } of points) {
    if (value !== null) path += `${isDrawing ? 'L' : 'M'}${x(atS)} ${y(value)}`;
    isDrawing = value !== null;
  }
  return path;
}

function shortNumber(value: number): string {
  return value >= 100 ? value.toFixed(0) : Number(value.toFixed(2)).toString();
}

function formatTime(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
