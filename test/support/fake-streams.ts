import type {
  OpenRecordingSession,
  StreamedParty,
  StreamOpener,
} from '../../src/connector/recording-description.ts';

/** Streams without files: notes what is opened, updated and stopped. */
export class FakeStreams implements StreamOpener {
  readonly parties: StreamedParty[] = [];
  readonly #log: string[];

  constructor(log: string[]) {
    this.#log = log;
  }

  open(...[{ fromNumber, toNumber }, parties]: Parameters<StreamOpener['open']>): OpenRecordingSession {
    this.parties.push(...parties);
    const labels = parties.map(({ recorded }) => recorded?.mediaLabel).join(' ');
    this.#log.push(`streams ${labels} of ${fromNumber} and ${toNumber}`);
    return {
      update: ({ metadata }) => this.#log.push(`metadata of ${metadata.length} characters`),
      stop: async () => {
        this.#log.push('streams end');
      },
    };
  }
}
