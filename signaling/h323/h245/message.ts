import type {
  CommandMessage,
  IndicationMessage,
  MultimediaSystemControlMessage,
  RequestMessage,
  ResponseMessage,
} from '../h245-types.ts';
import { decodeType, encodeType } from '../messages.ts';

export type H245Message = MultimediaSystemControlMessage;

const TYPE = 'h245.MultimediaSystemControlMessage';

/** @throws PerError */
export function decodeH245(octets: Uint8Array): H245Message {
  return decodeType(TYPE, octets) as H245Message;
}

export function encodeH245(message: H245Message): Uint8Array {
  return encodeType(TYPE, message);
}

type ValueOf<Message extends { choice: string; value: unknown }, Choice> = Extract<
  Message,
  { readonly choice: Choice }
>['value'];

export function request<Choice extends RequestMessage['choice']>(
  choice: Choice,
  value: ValueOf<RequestMessage, Choice>,
): H245Message {
  return { choice: 'request', value: { choice, value } as RequestMessage };
}

export function response<Choice extends ResponseMessage['choice']>(
  choice: Choice,
  value: ValueOf<ResponseMessage, Choice>,
): H245Message {
  return { choice: 'response', value: { choice, value } as ResponseMessage };
}

export function command<Choice extends CommandMessage['choice']>(
  choice: Choice,
  value: ValueOf<CommandMessage, Choice>,
): H245Message {
  return { choice: 'command', value: { choice, value } as CommandMessage };
}

export function indication<Choice extends IndicationMessage['choice']>(
  choice: Choice,
  value: ValueOf<IndicationMessage, Choice>,
): H245Message {
  return { choice: 'indication', value: { choice, value } as IndicationMessage };
}
