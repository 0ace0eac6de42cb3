import type { SipRequest } from './message.ts';
import { parseNameAddress } from './name-address.ts';
import type { Refusal } from './refusal.ts';

/**
 * What a REFER is answered: transfers are not offered, so a sound one is declined (RFC 3515 §2.4.2 allows
 * 603 for any), and one without exactly one Refer-To is 400.
 */
export function answerRefer(request: SipRequest): Refusal {
  const targets = request.headers.getAll('Refer-To');
  const [target = ''] = targets;
  if (targets.length !== 1 || parseNameAddress(target) === null) {
    return { statusCode: 400, detail: 'REFER needs exactly one Refer-To' };
  }
  return { statusCode: 603, detail: 'calls are not transferred here' };
}
