import type { Surroundings } from '../../../src/cli/surroundings.ts';

/** Surroundings whose output can be looked at, and that can be told to stop. */
export class RecordedSurroundings implements Surroundings {
  readonly environment: Record<string, string>;
  readonly #stop = new AbortController();
  printed = '';
  complained = '';
  readonly output: Surroundings['output'];
  readonly errorOutput: Surroundings['errorOutput'];

  constructor(environment: Record<string, string> = {}, isTerminal = false) {
    this.environment = environment;
    this.output = {
      isTerminal,
      write: (text) => {
        this.printed += text;
      },
    };
    this.errorOutput = {
      isTerminal,
      write: (text) => {
        this.complained += text;
      },
    };
  }

  get stopRequest(): AbortSignal {
    return this.#stop.signal;
  }

  requestStop(): void {
    this.#stop.abort();
  }
}
