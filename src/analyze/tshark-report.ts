/** Streams by the definitions of tshark's `rtp,streams`, so that the two can be laid side by side. */
import type { FileAnalysis } from './analyze-file.ts';
import { formatSource } from './stream-text.ts';
import { formatTable, type TextColumn } from './text-table.ts';

const COLUMNS: readonly TextColumn[] = [
  { heading: 'source', alignment: 'left' },
  { heading: 'port', alignment: 'right' },
  { heading: 'destination', alignment: 'left' },
  { heading: 'port', alignment: 'right' },
  { heading: 'SSRC', alignment: 'left' },
  { heading: 'packets', alignment: 'right' },
  { heading: 'lost', alignment: 'right' },
  { heading: 'mean jitter ms', alignment: 'right' },
  { heading: 'max jitter ms', alignment: 'right' },
];

export function formatTsharkReport(files: readonly FileAnalysis[]): string {
  return files.map(({ path, streams }) => `${path}\n${formatTable(COLUMNS, rowsOf(streams))}`).join('\n');
}

function rowsOf(streams: FileAnalysis['streams']): string[][] {
  return [...streams].flatMap((stream) => {
    const { tshark } = stream;
    if (tshark === null) return [];
    return [
      [
        stream.sourceAddress,
        String(stream.sourcePort),
        stream.destinationAddress,
        String(stream.destinationPort),
        formatSource(stream.synchronizationSource),
        String(tshark.packets),
        String(tshark.lost),
        tshark.meanJitterMs.toFixed(3),
        tshark.maxJitterMs.toFixed(3),
      ],
    ];
  });
}
