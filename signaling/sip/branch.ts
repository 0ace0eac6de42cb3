import { randomBytes } from 'node:crypto';

/** RFC 3261 §8.1.1.7: what a branch begins with when it is unique over space and time. */
const BRANCH_COOKIE = 'z9hG4bK';

/** Whether the branch identifies a transaction: not so that of RFC 2543, nor a bare cookie (RFC 4475 §3.2.1). */
export function isBranchUnique(branch: string | null): branch is string {
  return branch?.startsWith(BRANCH_COOKIE) === true && branch.length > BRANCH_COOKIE.length;
}

/** Makes branches: unguessable by their random start, unique by their count. */
export class BranchSource {
  readonly #prefix = `${BRANCH_COOKIE}${randomBytes(9).toString('base64url')}.`;
  #count = 0;

  next(): string {
    return this.#prefix + (this.#count++).toString(36);
  }
}
