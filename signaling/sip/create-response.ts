import { SipHeaders } from './headers.ts';
import { type SipRequest, SipResponse } from './message.ts';
import { parseNameAddress } from './name-address.ts';
import { reasonPhraseOf } from './reason-phrase.ts';

/** Methods whose 1xx and 2xx responses carry the Record-Route on (RFC 3261 §12.1.1, RFC 3515, RFC 6665). */
const DIALOG_FORMING_METHODS = new Set(['INVITE', 'SUBSCRIBE', 'REFER', 'NOTIFY']);

/**
 * The response RFC 3261 §8.2.6 asks for: Via, From, To, Call-ID and CSeq copied as they were written, the
 * Timestamp in a 100, the Record-Route where a dialog may form. `toTag` is added if the To has none yet
 * (never to a 100). The default reason phrase is the registered one.
 */
export function createResponse(
  request: SipRequest,
  statusCode: number,
  reasonPhrase: string = reasonPhraseOf(statusCode),
  toTag: string | null = null,
): SipResponse {
  const headers = new SipHeaders();
  const carriesRecordRoute =
    statusCode > 100 && statusCode < 300 && DIALOG_FORMING_METHODS.has(request.method);
  for (const field of request.headers.fields) {
    switch (field.header.key) {
      case 'to':
        headers.append('To', statusCode === 100 ? field.value : withTag(request, field.value, toTag));
        break;
      case 'via':
      case 'from':
      case 'call-id':
      case 'cseq':
        headers.appendField(field);
        break;
      case 'record-route':
        if (carriesRecordRoute) headers.appendField(field);
        break;
      case 'timestamp':
        if (statusCode === 100) headers.appendField(field);
        break;
    }
  }
  return new SipResponse(statusCode, reasonPhrase, headers);
}

function withTag(request: SipRequest, value: string, toTag: string | null): string {
  // Not `request.to`: a malformed request is answered too.
  const hasTag = request.headers.structure('To', parseNameAddress)?.parameters.has('tag') ?? false;
  return toTag === null || hasTag ? value : `${value};tag=${toTag}`;
}
