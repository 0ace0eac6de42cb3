import { JITTER_CLASSES } from '../receive/pace-constants.ts';
import type { IntervalCounters } from '../receive/stream-report.ts';
import type { CourseCounters } from './stream-course.ts';

/**
 * The sum of neighboring rows, or of one. Filled again and again: an object for each took longer than all that is
 * derived from it.
 */
export class IntervalRow implements IntervalCounters, Omit<CourseCounters, 'fromUs'> {
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
  /** See `jitter-classes.ts`. */
  readonly jitterClasses = new Uint32Array(JITTER_CLASSES);
  /** In all classes. */
  classedPackets = 0;

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
    this.classedPackets = 0;
  }
}
