import { createCipheriv } from 'node:crypto';
import type { SrtpMasterKey } from './srtp-suite.ts';

export interface SrtpSessionKeys {
  /** The master key was derived for this suite's cipher: 16, 24 or 32 bytes. */
  readonly encryptionKey: Buffer;
  /** Of HMAC-SHA1; unused by GCM. */
  readonly authenticationKey: Buffer;
  /** 14 bytes, or 12 for GCM. */
  readonly salt: Buffer;
}

// RFC 3711 §4.3.1 and §4.3.2: encryption, authentication and salting key follow one another.
const FIRST_LABEL = { rtp: 0, rtcp: 3 } as const;
const AUTHENTICATION_KEY_LENGTH = 20; // RFC 3711 §5.2

/**
 * Session keys of RFC 3711 §4.3 at key derivation rate 0, which is the only one that RFC 4568 §6.3.1 lets be
 * left unsaid; with the pseudo-random function of RFC 6188 §3 for longer keys.
 */
export function deriveSessionKeys(master: SrtpMasterKey, kind: 'rtp' | 'rtcp'): SrtpSessionKeys {
  const label = FIRST_LABEL[kind];
  const { keyLength, saltLength } = master.suite;
  return {
    encryptionKey: derive(master, label, keyLength),
    authenticationKey: derive(master, label + 1, AUTHENTICATION_KEY_LENGTH),
    salt: derive(master, label + 2, saltLength),
  };
}

function derive({ suite, key, salt }: SrtpMasterKey, label: number, length: number): Buffer {
  // A salt of 96 bits stands at the left of the 112 (RFC 7714 §11), the block counter in the last two bytes.
  const block = Buffer.alloc(16);
  block.set(salt);
  block[7] = (block[7] ?? 0) ^ label;
  return createCipheriv(`aes-${suite.keyLength * 8}-ctr`, key, block).update(Buffer.alloc(length));
}
