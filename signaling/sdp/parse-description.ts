import { CallFailure } from '../call-failure.ts';
import type { SdpSession } from './description.ts';
import { parseSdp } from './parse.ts';
import { SdpError } from './sdp-error.ts';

/** @throws CallFailure `malformed-offer`. */
export function parseDescription(body: Uint8Array | string, role: 'offer' | 'answer'): SdpSession {
  try {
    return parseSdp(body);
  } catch (error) {
    if (error instanceof SdpError) {
      throw new CallFailure('malformed-offer', `the ${role} cannot be read: ${error.message}`);
    }
    throw error;
  }
}
