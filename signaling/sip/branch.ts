import { randomBytes } from 'node:crypto';

/** RFC 3261 §8.1.1.7: what a branch begins with when it is unique over space and time. */
export const BRANCH_COOKIE = 'z9hG4bK';

/** Makes branches: unguessable by their random start, unique by their count. */
export class BranchSource {
  readonly #prefix = `${BRANCH_COOKIE}${randomBytes(9).toString('base64url')}.`;
  #count = 0;

  next(): string {
    return this.#prefix + (this.#count++).toString(36);
  }
}
