import { join } from 'node:path';
import { HourlyFile, type HourlyFileListener, type LineBudget } from './hourly-file.ts';
import {
  type Destination,
  destinationFolder,
  type Sink,
  type SinkCounters,
  type SinkTrouble,
} from './sink.ts';

const DEFAULT_MAX_PENDING_CHARACTERS = 32 * 1024 * 1024;

export interface FileSinkOptions {
  /** The data directory; made when the first line is written. */
  readonly directory: string;
  /** Lines that may wait while the disk does not take them, in characters. */
  readonly maxPendingCharacters?: number;
  /** Told once when a place begins to fail, and once when it can be written again. */
  readonly onTrouble?: (trouble: SinkTrouble) => void;
}

/** JSON lines under the data directory, a file a destination and UTC hour (named by the time of the line). */
export class FileSink implements Sink {
  readonly name = 'file';
  readonly #options: FileSinkOptions;
  /** By kind and connector: a folder's name for each line would cost more than to put it away. */
  readonly #files = new Map<Destination['kind'], Map<string, HourlyFile>>();
  readonly #budget: LineBudget;
  readonly #listener: HourlyFileListener;
  #outages = 0;

  constructor(options: FileSinkOptions) {
    this.#options = options;
    const maxPendingCharacters = options.maxPendingCharacters ?? DEFAULT_MAX_PENDING_CHARACTERS;
    this.#budget = { maxPendingCharacters, pendingCharacters: 0, linesWritten: 0, linesDropped: 0 };
    this.#listener = {
      onFailing: (place, error) => this.#onFailing(place, error),
      onRecovered: (place) => this.#tell({ kind: 'recovered', place, code: '', detail: 'writable again' }),
    };
  }

  get counters(): SinkCounters {
    const { linesWritten, linesDropped } = this.#budget;
    return { linesWritten, linesDropped, outages: this.#outages };
  }

  write(destination: Destination, json: string, atMs: number): void {
    const connector = 'voiceConnectorId' in destination ? destination.voiceConnectorId : '';
    const file = this.#files.get(destination.kind)?.get(connector) ?? this.#open(destination, connector);
    file.push(json, atMs);
  }

  async flush(): Promise<void> {
    await Promise.all(this.#all().map((file) => file.flush()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#all().map((file) => file.stop()));
    this.#files.clear();
  }

  #all(): HourlyFile[] {
    return [...this.#files.values()].flatMap((files) => [...files.values()]);
  }

  #open(destination: Destination, connector: string): HourlyFile {
    const files = this.#files.get(destination.kind) ?? new Map<string, HourlyFile>();
    this.#files.set(destination.kind, files);
    const folder = join(this.#options.directory, destinationFolder(destination));
    const file = new HourlyFile(folder, this.#budget, this.#listener);
    files.set(connector, file);
    return file;
  }

  #onFailing(place: string, error: unknown): void {
    this.#outages++;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    this.#tell({
      kind: 'failing',
      place,
      code,
      detail: error instanceof Error ? error.message : String(error),
    });
  }

  #tell(trouble: Omit<SinkTrouble, 'sink'>): void {
    this.#options.onTrouble?.({ sink: this.name, ...trouble });
  }
}
