import { CounterModeRtcp, CounterModeRtp } from './counter-mode.ts';
import { GaloisCounterModeRtcp, GaloisCounterModeRtp } from './galois-counter-mode.ts';
import { GaloisStreamRtp } from './galois-stream.ts';
import { deriveSessionKeys } from './key-derivation.ts';
import type { SrtpMasterKey } from './srtp-suite.ts';
import type { SrtcpTransform, SrtpTransform } from './transform.ts';

/** @throws RangeError where key or salt is not as long as the suite says: a fault of the program, not of a packet. */
export function createRtpTransform(master: SrtpMasterKey): SrtpTransform {
  checkLengths(master);
  const keys = deriveSessionKeys(master, 'rtp');
  const { mode, rtpTagLength } = master.suite;
  if (mode === 'counter') return new CounterModeRtp(keys, rtpTagLength);
  return GaloisStreamRtp.create(keys) ?? new GaloisCounterModeRtp(keys);
}

/** @throws RangeError as {@link createRtpTransform} */
export function createRtcpTransform(master: SrtpMasterKey): SrtcpTransform {
  checkLengths(master);
  const keys = deriveSessionKeys(master, 'rtcp');
  const { mode, rtcpTagLength } = master.suite;
  return mode === 'gcm' ? new GaloisCounterModeRtcp(keys) : new CounterModeRtcp(keys, rtcpTagLength);
}

function checkLengths({ suite, key, salt }: SrtpMasterKey): void {
  if (key.length === suite.keyLength && salt.length === suite.saltLength) return;
  const wanted = `a key of ${suite.keyLength} and a salt of ${suite.saltLength} bytes`;
  throw new RangeError(`${suite.name} takes ${wanted}, not ${key.length} and ${salt.length}`);
}
