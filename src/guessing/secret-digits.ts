import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Made anew at each start: nobody outside can choose digits whose digests begin alike. */
const KEY = randomBytes(32);

/**
 * What a secret is kept and looked up under. Whatever a comparison of two digests gives away by the time it takes, it
 * tells nothing of the digits.
 */
export function secretDigest(digits: string): string {
  return createHmac('sha256', KEY).update(digits).digest('base64');
}

/** Whether two secrets are the same, in a time that depends on neither. */
export function isSameSecret(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(secretDigest(one)), Buffer.from(secretDigest(other)));
}
