/** A list of values that goes from one thread to another, written and read in the same order. */

/** What survives structured cloning. */
export type FlatMessage = unknown[];

/** Takes the values in the order in which they were put. */
export class FlatValues {
  readonly #values: FlatMessage;
  #at = 0;

  constructor(values: FlatMessage) {
    this.#values = values;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#values.length;
  }

  take<T>(): T {
    return this.#values[this.#at++] as T;
  }
}
