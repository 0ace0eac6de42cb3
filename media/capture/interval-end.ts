/** Ends an interval of a capture: a row for each stream in which something arrived. */
import type { ReceiveStreams } from '../receive/receive-stream.ts';
import { readCounters } from '../receive/stream-report.ts';
import type { StreamTable } from '../receive/stream-table.ts';
import { settleRun } from './awaited-packet.ts';
import type { BulkCore } from './bulk/bulk-core.ts';
import { type IntervalRows, NO_ROW } from './interval-rows.ts';
import type { RtcpWatch } from './rtcp-watch.ts';
import type { StreamCourse } from './stream-course.ts';

/** Packets of one source before anybody believes that it is a stream. */
export const BELIEVED_PACKETS = 4;

/** Of a capture. */
export interface IntervalParts {
  readonly streams: ReceiveStreams;
  readonly table: StreamTable;
  readonly course: StreamCourse;
  readonly rtcp: RtcpWatch;
  readonly rows: IntervalRows;
}

/** @param isCounted whether there is to be a row of the stream, which is settled by then */
export function addRows(parts: IntervalParts, interval: number, isCounted: (slot: number) => boolean): void {
  for (let slot = 0; slot < parts.streams.slots; slot++) {
    settleRun(parts.streams.words, slot);
    if (isCounted(slot)) addRow(parts, slot, interval);
  }
  parts.rtcp.endInterval();
}

/** The same in the memory of the core, of all that are believed; nobody has to settle the streams. */
export function addRowsInCore(parts: IntervalParts, interval: number, core: BulkCore): void {
  const { streams, course, rtcp, rows } = parts;
  const first = rows.count;
  core.addRows(streams.slots, interval, BELIEVED_PACKETS, rtcp.table, rows);
  for (const slot of streams.breaks.slots) {
    const row = rows.find(slot, first);
    if (row !== NO_ROW) rows.setBreak(row, streams.breaks.of(slot));
  }
  for (const slot of course.pauses.slots) {
    const row = rows.find(slot, first);
    if (row !== NO_ROW) rows.setPauses(row, course.pauses.take(slot, streams.clockRateHz(slot)));
  }
}

function addRow({ streams, rtcp, table, rows, course }: IntervalParts, slot: number, interval: number): void {
  const counters = readCounters(streams, slot);
  // Each packet has bytes, and those are of the interval; a closed stream has no packets.
  if (counters.packets === 0 || counters.bytes === 0) return;
  const trip = rtcp.intervalRoundTrip(rtcp.find(table.key(slot)));
  rows.add(slot, interval, counters, course.take(slot), trip, course.classes);
  course.clearClasses(slot);
  streams.endInterval(slot);
}
