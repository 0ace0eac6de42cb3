import { decodeType, encodeType } from '../messages.ts';
import type { RasMessage } from '../ras-types.ts';

const TYPE = 'h225.RasMessage';

/** @throws PerError */
export function decodeRas(octets: Uint8Array): RasMessage {
  return decodeType(TYPE, octets) as RasMessage;
}

/** @throws PerError */
export function encodeRas(message: RasMessage): Uint8Array {
  return encodeType(TYPE, message);
}

export type RasChoice = RasMessage['choice'];

export type RasValue<Choice extends RasChoice> = Extract<RasMessage, { readonly choice: Choice }>['value'];

export function rasMessage<Choice extends RasChoice>(choice: Choice, value: RasValue<Choice>): RasMessage {
  return { choice, value } as RasMessage;
}
