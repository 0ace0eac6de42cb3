import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a nonce says when it comes back: not ours, too old, or ours with the time it was made. */
export type NonceState =
  | { readonly kind: 'foreign' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'valid'; readonly createdMs: number };

const TIME_BYTES = 8;
const SALT_BYTES = 8;
const SEAL_BYTES = 16;

/** Nonces that carry their own proof: time, salt, HMAC-SHA-256 of both and the realm. No state is kept. */
export class NonceMint {
  readonly #key: Uint8Array;
  readonly #realm: string;
  readonly #lifetimeMs: number;
  readonly #randomBytes: (size: number) => Uint8Array;

  constructor(key: Uint8Array, realm: string, lifetimeMs: number, randomBytes: (size: number) => Uint8Array) {
    this.#key = key;
    this.#realm = realm;
    this.#lifetimeMs = lifetimeMs;
    this.#randomBytes = randomBytes;
  }

  create(nowMs: number): string {
    const bytes = Buffer.alloc(TIME_BYTES + SALT_BYTES + SEAL_BYTES);
    bytes.writeBigUInt64BE(BigInt(Math.trunc(nowMs)), 0);
    bytes.set(this.#randomBytes(SALT_BYTES), TIME_BYTES);
    this.#seal(bytes).copy(bytes, TIME_BYTES + SALT_BYTES);
    return bytes.toString('base64url');
  }

  check(nonce: string, nowMs: number): NonceState {
    const bytes = Buffer.from(nonce, 'base64url');
    // Base64 has more than one spelling for the same bytes; only ours is ours, or a count could be started anew.
    if (bytes.length !== TIME_BYTES + SALT_BYTES + SEAL_BYTES || bytes.toString('base64url') !== nonce) {
      return { kind: 'foreign' };
    }
    if (!timingSafeEqual(this.#seal(bytes), bytes.subarray(TIME_BYTES + SALT_BYTES)))
      return { kind: 'foreign' };
    const createdMs = Number(bytes.readBigUInt64BE(0));
    return nowMs - createdMs > this.#lifetimeMs ? { kind: 'expired' } : { kind: 'valid', createdMs };
  }

  #seal(bytes: Buffer): Buffer {
    const hmac = createHmac('sha256', this.#key).update(bytes.subarray(0, TIME_BYTES + SALT_BYTES));
    return hmac.update(this.#realm).digest().subarray(0, SEAL_BYTES);
  }
}
