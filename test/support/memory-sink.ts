import type { Destination, Sink, SinkCounters } from '../../metrics/sink/sink.ts';

interface WrittenLine {
  readonly destination: Destination;
  readonly json: string;
  readonly atMs: number;
}

/** Keeps what it is told. */
export class MemorySink implements Sink {
  readonly name = 'memory';
  readonly lines: WrittenLine[] = [];
  flushes = 0;
  isStopped = false;

  get counters(): SinkCounters {
    return { linesWritten: this.lines.length, linesDropped: 0, outages: 0 };
  }

  write(destination: Destination, json: string, atMs: number): void {
    this.lines.push({ destination, json, atMs });
  }

  async flush(): Promise<void> {
    this.flushes++;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
  }

  /** The objects of one kind, in the order they came. */
  objects<Line = Readonly<Record<string, unknown>>>(kind: Destination['kind']): Line[] {
    return this.lines
      .filter(({ destination }) => destination.kind === kind)
      .map(({ json }) => JSON.parse(json) as Line);
  }
}
