/** The signaling of each call as arrows between its ends, as inline SVG. */
import { escapeHtml } from './html-text.ts';
import type { LadderStep } from './ladder.ts';

const CALLS_MAXIMUM = 20;
const STEPS_MAXIMUM = 100;
const LEFT = 70;
const ENDS_APART = 260;
const ROW_HEIGHT = 24;
const HEAD_HEIGHT = 34;
const ARROW = 6;

export function formatLadders(steps: readonly LadderStep[]): string {
  const calls = [...Map.groupBy(steps, ({ callId }) => callId)];
  if (calls.length === 0) return '';
  const hidden = calls.length - CALLS_MAXIMUM;
  const more = hidden > 0 ? `<p>${hidden} more calls are not drawn.</p>` : '';
  return `${calls.slice(0, CALLS_MAXIMUM).map(formatLadder).join('\n')}${more}`;
}

function formatLadder([callId, steps]: [string, LadderStep[]]): string {
  const shown = steps.slice(0, STEPS_MAXIMUM);
  const ends = [...new Set(shown.flatMap(({ source, destination }) => [source, destination]))];
  const width = LEFT + ENDS_APART * Math.max(1, ends.length - 1) + ENDS_APART / 2;
  const height = HEAD_HEIGHT + ROW_HEIGHT * (shown.length + 0.5);
  const x = (end: string): number => LEFT + ENDS_APART / 4 + ends.indexOf(end) * ENDS_APART;
  const lines = ends.map(
    (end) =>
      `<line class="grid" x1="${x(end)}" x2="${x(end)}" y1="${HEAD_HEIGHT - 10}" y2="${height}"/><text class="end" x="${x(end)}" y="14">${escapeHtml(end)}</text>`,
  );
  const protocol = shown[0]?.protocol ?? 'SIP';
  const title = escapeHtml(`${protocol}, ${protocol === 'SIP' ? 'Call-ID' : 'call identifier'} ${callId}`);
  const beginUs = shown[0]?.atUs ?? 0;
  const arrows = shown.map((step, row) =>
    formatArrow(step, beginUs, HEAD_HEIGHT + ROW_HEIGHT * (row + 0.7), x),
  );
  return `<article class="ladder"><h3>${title}</h3><div class="scroll"><svg viewBox="0 0 ${width} ${height}" style="width:${width}px" role="img" aria-label="messages of the call">${lines.join('')}${arrows.join('')}</svg></div></article>`;
}

function formatArrow(step: LadderStep, beginUs: number, y: number, x: (end: string) => number): string {
  const [from, to] = [x(step.source), x(step.destination)];
  const back = to < from ? ARROW : -ARROW;
  const seconds = ((step.atUs - beginUs) / 1e6).toFixed(3);
  const kind = step.protocol === 'SIP' && /^[4-6]/.test(step.text) ? 'step failed' : 'step';
  const text = `${step.text}${step.note === '' ? '' : ` (${step.note})`}`;
  return `<g class="${kind}"><text class="value" x="${LEFT - 12}" y="${y}">${seconds} s</text><line x1="${from}" x2="${to}" y1="${y}" y2="${y}"/><polyline points="${to + back},${y - 4} ${to},${y} ${to + back},${y + 4}"/><text class="label" x="${(from + to) / 2}" y="${y - 5}">${escapeHtml(text)}</text></g>`;
}
