/** What a line is: which log or stream it belongs to. */
export type Destination =
  | { readonly kind: 'media-quality-log' | 'sip-message-log'; readonly voiceConnectorId: string }
  | { readonly kind: 'metrics' }
  | { readonly kind: 'events' }
  | { readonly kind: 'meetings' };

/** A place told lines go to: files, and later a database, HTTP, AWS or HEP. */
export interface Sink {
  readonly name: string;
  /**
   * Takes one JSON text, without line end, that happened at `atMs` (Unix ms). Never throws and never waits:
   * what cannot be kept is dropped, oldest first, and counted.
   */
  write(destination: Destination, json: string, atMs: number): void;
  /** Hands on what was taken so far. Resolves when that is done or has failed; never rejects. */
  flush(): Promise<void>;
  /** The last flush; what still cannot be handed on is dropped and counted. */
  stop(): Promise<void>;
  readonly counters: SinkCounters;
}

/** Since the start. */
export interface SinkCounters {
  readonly linesWritten: number;
  readonly linesDropped: number;
  /** Times that writing began to fail. */
  readonly outages: number;
}

/** A place that cannot be written any more, or can be again; each told once. */
export interface SinkTrouble {
  readonly sink: string;
  readonly kind: 'failing' | 'recovered';
  readonly place: string;
  /** The system's code (`ENOSPC`, `EACCES`, …), empty when recovered. */
  readonly code: string;
  readonly detail: string;
}

const LOG_GROUPS = {
  'media-quality-log': 'aws/ChimeVoiceConnectorLogs',
  'sip-message-log': 'aws/ChimeVoiceConnectorSipMessages',
} as const;

/** UTC hour, `YYYY-MM-DD-HH`: the end of AWS's log stream names and of our file names. */
export function hourName(atMs: number): string {
  const iso = new Date(atMs).toISOString();
  return `${iso.slice(0, 10)}-${iso.slice(11, 13)}`;
}

/** Folder of a destination under the data directory; for a log, `logs` and the name of AWS's log group. */
export function destinationFolder(destination: Destination): string {
  switch (destination.kind) {
    case 'metrics':
      return 'metrics/AWS_ChimeVoiceConnector';
    case 'events':
    case 'meetings':
      return destination.kind;
    default:
      return `logs/${LOG_GROUPS[destination.kind]}/${folderName(destination.voiceConnectorId)}`;
  }
}

/** An ID comes from a configuration: it must not climb out of its folder. */
function folderName(voiceConnectorId: string): string {
  return voiceConnectorId.replaceAll(/[^A-Za-z0-9_-]/g, '_') || '_';
}
