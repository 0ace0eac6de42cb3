/** The verdict, the streams and their course as one page that needs nothing from anywhere. */
import type { CapturedStream } from '../../media/capture/captured-stream.ts';
import { WIDEBAND_STRETCH } from '../../media/quality/e-model.ts';
import type { FileAnalysis } from './analyze-file.ts';
import { FIGURE_COLUMNS, formatNumber } from './figure-columns.ts';
import { formatLadders } from './html-ladder.ts';
import { formatPlot } from './html-plot.ts';
import { PAGE_STYLE } from './html-style.ts';
import { escapeHtml } from './html-text.ts';
import { reportNotes } from './report-notes.ts';
import { formatCodec, formatEnds, formatMs, formatSource, unheardPercent } from './stream-text.ts';
import { RATING_WORDS, rateStream, type Verdict } from './verdict.ts';

/** More plots than this nobody looks at, and browsers slow down. */
const PLOTTED_STREAMS = 50;
const LISTED_STREAMS = 1000;
const BEST_MOS = 4.5;
const SKEW_SHOWN_US = 1000;
const DISSATISFIED_MOS = 3.6;

export function formatHtml(files: readonly FileAnalysis[], verdict: Verdict): string {
  const [headline = '', ...others] = verdict.reasons.map(escapeHtml);
  const sections = files.map(formatFile).join('\n');
  const notes = reportNotes(files.flatMap(({ streams }) => [...streams]))
    .map((note) => `<p>${escapeHtml(note)}</p>`)
    .join('');
  const word = verdict.verdict === 'ok' ? 'Good' : 'Not good';
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${word}: ${escapeHtml(files.map(({ path }) => path).join(', '))}</title>
<style>${PAGE_STYLE}</style>
<header class="${verdict.verdict}"><h1>${word}</h1><p>${headline}</p>${others.map((reason) => `<p>${reason}</p>`).join('')}</header>
<main>
${sections}
</main>
<footer>${notes}<p>Made by Carillon.</p></footer>
</html>
`;
}

function formatFile(file: FileAnalysis): string {
  const listed = file.streams.worstFirst(LISTED_STREAMS);
  const hidden = file.streams.length - listed.length;
  const more = hidden > 0 ? `<p>${hidden} better streams are not listed.</p>` : '';
  const rows = listed.map(formatRow).join('\n');
  return `<section><h2>${escapeHtml(file.path)}</h2>
<p>${formatCounts(file)}</p>
<div class="scroll"><table><thead><tr><th>stream</th><th>codec</th>${FIGURE_COLUMNS.map(({ heading }) => `<th class="number">${heading}</th>`).join('')}<th>SSRC</th><th>keys</th></tr></thead>
<tbody>
${rows}
</tbody></table></div>${more}
${listed.slice(0, PLOTTED_STREAMS).map(formatStream).join('\n')}
${formatLadders(file.ladder)}
</section>`;
}

function formatCounts({ packets, rtpPackets, rtcpPackets, sipMessages, h323Messages }: FileAnalysis): string {
  const count = (number: number, noun: string): string => `${formatNumber(number)} ${noun}`;
  const h323 = h323Messages > 0 ? `, ${count(h323Messages, 'H.323')}` : '';
  return `${count(packets, 'packets')}: ${count(rtpPackets, 'RTP')}, ${count(rtcpPackets, 'RTCP')}, ${count(sipMessages, 'SIP')}${h323}.`;
}

function formatRow(stream: CapturedStream): string {
  const numbers = FIGURE_COLUMNS.map(({ cell }, index) => {
    return `<td class="number${index === 0 ? ' mos' : ''}">${cell(stream)}</td>`;
  });
  const word = (text: string): string => `<td>${escapeHtml(text)}</td>`;
  const keys = stream.digits.map(({ digit }) => digit).join('');
  const cells = [
    word(formatEnds(stream)),
    word(formatCodec(stream)),
    ...numbers,
    word(formatSource(stream.synchronizationSource)),
    word(keys),
  ];
  return `<tr class="${rateStream(stream)}">${cells.join('')}</tr>`;
}

function formatStream(stream: CapturedStream): string {
  const rating = rateStream(stream);
  const at = ({ beginUs }: { readonly beginUs: number }): number =>
    Math.max(0, (beginUs - stream.beginUs) / 1e6);
  const points = (value: (span: CapturedStream['intervals'][number]) => number | null) =>
    stream.intervals.map((span) => ({ atS: at(span), value: value(span) }));
  const plots = [
    formatPlot({
      title: 'MOS',
      unit: '',
      range: [1, BEST_MOS],
      threshold: DISSATISFIED_MOS,
      points: points(({ mosConversational }) => mosConversational),
    }),
    formatPlot({ title: 'Lost or late, %', unit: '%', range: [0, 1], points: points(unheardPercent) }),
    formatPlot({
      title: 'Jitter, ms',
      unit: 'ms',
      range: [0, 5],
      points: points(({ jitterUs }) => (jitterUs === null ? null : jitterUs / 1000)),
    }),
  ];
  const name = `${formatEnds(stream)}, ${formatCodec(stream)}, ${formatSource(stream.synchronizationSource)}`;
  return `<article><h3 class="${rating}">${escapeHtml(name)}</h3><p>${describe(stream)}</p><div class="plots">${plots.join('')}</div></article>`;
}

function describe(stream: CapturedStream): string {
  const { quality } = stream;
  const words = RATING_WORDS[rateStream(stream)];
  const sentence = `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
  const course = describeCourse(stream);
  if (quality === null) return `${sentence} ${course}`;
  const inputs = [
    describeRating(quality),
    `Ie ${quality.equipmentImpairment}`,
    `Bpl ${quality.packetLossRobustness}`,
    `loss ${quality.lossPercent.toFixed(2)} %`,
    `burst ratio ${quality.burstRatio.toFixed(2)}`,
    `delay ${quality.delayMs.toFixed(0)} ms`,
  ];
  return `${sentence} ${course} <span class="inputs">${inputs.join(', ')}</span>`;
}

/** `R 89.9 (wideband 116.0 / 1.29)`. */
function describeRating({ ratingConversational, scale }: NonNullable<CapturedStream['quality']>): string {
  const rating = `R ${ratingConversational.toFixed(1)}`;
  return scale === 'wideband'
    ? `${rating} (wideband ${(ratingConversational * WIDEBAND_STRETCH).toFixed(1)} / ${WIDEBAND_STRETCH})`
    : rating;
}

/** What is beside the table: only what is there. */
function describeCourse(stream: CapturedStream): string {
  const { late, jitterP95Us, deltaMaxUs, skewUs, silenceUs, packetTimeUs, packetTimeChanges, burstGap } =
    stream;
  const bursts =
    burstGap === null || burstGap.bursts <= 0
      ? ''
      : `${burstGap.bursts} bursts of ${burstGap.burstDurationMs.toFixed(0)} ms with ${burstGap.burstDensityPercent.toFixed(0)} % lost or late`;
  const parts = [
    late === 0 ? '' : `${late} late`,
    bursts,
    jitterP95Us === null ? '' : `jitter below ${formatMs(jitterP95Us)} ms for 95 %`,
    deltaMaxUs === null ? '' : `longest gap ${formatMs(deltaMaxUs)} ms`,
    Math.abs(skewUs) < SKEW_SHOWN_US ? '' : `skew ${formatMs(skewUs)} ms`,
    silenceUs === 0 ? '' : `${(silenceUs / 1e6).toFixed(1)} s silent`,
    packetTimeUs === null ? '' : `${formatMs(packetTimeUs, 0)} ms a packet`,
    packetTimeChanges === 0 ? '' : `which changed ${packetTimeChanges} times`,
  ].filter((part) => part !== '');
  const text = parts.join(', ');
  return text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
