import { JITTER_CLASSES } from '../receive/pace-constants.ts';
import type { IntervalCounters } from '../receive/stream-report.ts';
import type { CourseCounters } from './stream-course.ts';

/**
 * One row as somebody reads it, or the sum of several neighboring ones. Filled again and again: an object for each
 * row took longer than all that is derived from it.
 */
export class IntervalRow implements IntervalCounters, Omit<CourseCounters, 'fromUs'> {
  /** Intervals since the beginning of the capture. */
  interval = 0;
  packets = 0;
  bytes = 0;
  expected = 0;
  distinct = 0;
  duplicates = 0;
  reordered = 0;
  lossRuns = 0;
  jitterPackets = 0;
  jitterSumUs = 0;
  jitterMaxUs = 0;
  /** Sum and number of round-trip times that RTCP told. */
  roundTripSumUs = 0;
  roundTrips = 0;
  late = 0;
  silenceUs = 0;
  packetTimeChanges = 0;
  packetTimeUs = 0;
  deltaMaxUs = 0;
  skewUs = 0;
  bursts = 0;
  burstPackets = 0;
  burstUnheard = 0;
  /** Of a sum; see `jitter-classes.ts`. */
  readonly jitterClasses = new Float64Array(JITTER_CLASSES);

  clear(): void {
    this.packets = 0;
    this.bytes = 0;
    this.expected = 0;
    this.distinct = 0;
    this.duplicates = 0;
    this.reordered = 0;
    this.lossRuns = 0;
    this.jitterPackets = 0;
    this.jitterSumUs = 0;
    this.jitterMaxUs = 0;
    this.roundTripSumUs = 0;
    this.roundTrips = 0;
    this.late = 0;
    this.silenceUs = 0;
    this.packetTimeChanges = 0;
    this.packetTimeUs = 0;
    this.deltaMaxUs = 0;
    this.skewUs = 0;
    this.bursts = 0;
    this.burstPackets = 0;
    this.burstUnheard = 0;
    this.jitterClasses.fill(0);
  }

  /** One that comes after what is summed up already; its classes are added by themselves. */
  add(row: IntervalRow): void {
    this.packets += row.packets;
    this.bytes += row.bytes;
    this.expected += row.expected;
    this.distinct += row.distinct;
    this.duplicates += row.duplicates;
    this.reordered += row.reordered;
    this.lossRuns += row.lossRuns;
    this.jitterPackets += row.jitterPackets;
    this.jitterSumUs += row.jitterSumUs;
    this.jitterMaxUs = Math.max(this.jitterMaxUs, row.jitterMaxUs);
    this.roundTripSumUs += row.roundTripSumUs;
    this.roundTrips += row.roundTrips;
    this.late += row.late;
    this.silenceUs += row.silenceUs;
    this.packetTimeChanges += row.packetTimeChanges;
    this.packetTimeUs = row.packetTimeUs || this.packetTimeUs;
    this.deltaMaxUs = Math.max(this.deltaMaxUs, row.deltaMaxUs);
    this.skewUs += row.skewUs;
    this.bursts += row.bursts;
    this.burstPackets += row.burstPackets;
    this.burstUnheard += row.burstUnheard;
  }
}
