import { ChurnMap } from './churn-map.ts';

/** A set for what comes and goes by the thousands, such as connections; see {@link ChurnMap}. */
export class ChurnSet<Value extends object> implements Iterable<Value> {
  readonly #values = new ChurnMap<number, Value>();
  #added = 0;

  get size(): number {
    return this.#values.size;
  }

  /** @returns takes the value out again; true where it was still in. */
  add(value: Value): () => boolean {
    const place = this.#added++;
    this.#values.add(place, value);
    return () => this.#values.delete(place);
  }

  [Symbol.iterator](): Iterator<Value> {
    return this.#values.values();
  }
}
