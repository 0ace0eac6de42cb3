import { countryOfNumber } from '../../metrics/calling-code.ts';
import { CallFailure } from '../../signaling/call-failure.ts';
import { isInBlocks } from './address-blocks.ts';
import type { VoiceConnectorDefinition } from './definition.ts';
import { normalizeNumber } from './e164.ts';

/** An outbound call as it asks to be let in. */
export interface OutboundRequest {
  readonly sourceAddress: string;
  /** Signaling over TLS, media with SRTP. */
  readonly isEncrypted: boolean;
  /** User part of the From. */
  readonly caller: string;
  /** User part of the Request-URI. */
  readonly called: string;
}

/** An outbound call that is let in: what the far end sees. */
export interface AdmittedCall {
  readonly callerId: string;
  readonly number: string;
}

/**
 * The rules of termination, in the order that tells a stranger least: where from, whether at all, how, where
 * to, as whom. Pure: rates and counts are not its business.
 * @throws CallFailure that says which rule refused, and what would have passed.
 */
export function admitOutbound(
  request: OutboundRequest,
  connector: VoiceConnectorDefinition,
  isOurNumber: (number: string) => boolean,
): AdmittedCall {
  const { termination, requireEncryption } = connector;
  const { sourceAddress } = request;
  if (!isInBlocks(sourceAddress, termination.cidrAllowedList)) {
    const allowed = termination.cidrAllowedList.join(', ') || 'empty';
    throw new CallFailure(
      'source-not-allowed',
      `${sourceAddress} is not in the termination.cidrAllowedList of ${connector.id} (${allowed}).`,
    );
  }
  if (termination.disabled) {
    throw new CallFailure('connector-disabled', `Termination of ${connector.id} is disabled.`);
  }
  if (requireEncryption && !request.isEncrypted) {
    throw new CallFailure('encryption-required', `${connector.id} takes calls over TLS with SRTP only.`);
  }
  const number = admitNumber(request.called, termination.callingRegions);
  return { callerId: admitCallerId(request.caller, termination.defaultPhoneNumber, isOurNumber), number };
}

/** The number in E.164 form, where it may be called. @throws CallFailure */
export function admitNumber(called: string, callingRegions: readonly string[]): string {
  const number = normalizeNumber(called);
  if (number === null) {
    const wanted = 'E.164 has 7 to 15 digits after an optional plus sign, and no prefix such as 011';
    throw new CallFailure('number-not-valid', `"${called.slice(0, 40)}" is no number to call: ${wanted}.`);
  }
  const country = countryOfNumber(number);
  if (callingRegions.length > 0 && (country === null || !callingRegions.includes(country))) {
    const place = country ?? 'no known country';
    throw new CallFailure(
      'country-not-allowed',
      `${number} is in ${place}; callingRegions allows ${callingRegions.join(', ')}.`,
    );
  }
  return number;
}

function admitCallerId(
  caller: string,
  defaultPhoneNumber: string | null,
  isOurNumber: (number: string) => boolean,
): string {
  const number = normalizeNumber(caller);
  if (number !== null && isOurNumber(number)) return number;
  if (defaultPhoneNumber !== null) return defaultPhoneNumber;
  const shown = caller.slice(0, 40).replaceAll(/[^\w+.-]/g, '');
  throw new CallFailure(
    'caller-id-not-valid',
    `The caller ID must be one of phoneNumbers, or termination.defaultPhoneNumber be set.`,
    null,
    { text: `Caller Id ${shown} is not valid` },
  );
}
