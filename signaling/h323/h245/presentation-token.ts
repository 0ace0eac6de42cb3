import type { GenericMessage } from '../h245-capability-types.ts';

/** H.239 §11.2: the generic messages of additional media channels, and what of them we answer. */
const H239 = '0.0.8.239.2';
const PRESENTATION_TOKEN_REQUEST = 3;
const PRESENTATION_TOKEN_RESPONSE = 4;
/** Parameters that the response repeats: terminalLabel and channelId. */
const REPEATED_PARAMETERS: readonly number[] = [42, 44];
const REJECT = 127;

/**
 * Answers a request for the presentation token: we show no second picture, so it is not given (H.239 §9.2).
 * Null where the message is something else.
 */
export function rejectPresentationToken(message: GenericMessage): GenericMessage | null {
  const { messageIdentifier, subMessageIdentifier, messageContent = [] } = message;
  const isH239 = messageIdentifier.choice === 'standard' && messageIdentifier.value === H239;
  if (!isH239 || subMessageIdentifier !== PRESENTATION_TOKEN_REQUEST) return null;
  const repeated = messageContent.filter(({ parameterIdentifier }) => {
    return (
      parameterIdentifier.choice === 'standard' && REPEATED_PARAMETERS.includes(parameterIdentifier.value)
    );
  });
  return {
    messageIdentifier,
    subMessageIdentifier: PRESENTATION_TOKEN_RESPONSE,
    messageContent: [
      ...repeated,
      {
        parameterIdentifier: { choice: 'standard', value: REJECT },
        parameterValue: { choice: 'logical', value: null },
      },
    ],
  };
}
