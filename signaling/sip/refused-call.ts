import { parseDecimal, splitList, unquote } from './grammar.ts';
import { SipHeaderError, type SipResponse } from './message.ts';
import type { CallRefused } from './outgoing-call-options.ts';

const LONGEST_RETRY_AFTER_SECONDS = 86_400 * 365;

/** What a final response of 300 and above says about the call it refuses. */
export function describeRefused(response: SipResponse): CallRefused {
  const { statusCode, reasonPhrase } = response;
  const retryAfter = response.headers.get('Retry-After') ?? '';
  const seconds = /^\d+/.exec(retryAfter)?.[0] ?? '';
  return {
    statusCode,
    reasonPhrase,
    detail: [`${statusCode} ${reasonPhrase}`, ...warnings(response)].join('; '),
    contacts: statusCode < 400 ? contactUris(response) : [],
    retryAfterSeconds: parseDecimal(seconds, LONGEST_RETRY_AFTER_SECONDS),
  };
}

/** The texts of the Warning headers (RFC 3261 §20.43). */
function warnings(response: SipResponse): string[] {
  return response.headers
    .getAll('Warning')
    .flatMap(splitList)
    .map((warning) => unquote(warning.slice(warning.indexOf('"'))))
    .filter((text) => text !== '');
}

function contactUris(response: SipResponse): string[] {
  try {
    return response.contacts.map((contact) => contact.uri);
  } catch (error) {
    if (error instanceof SipHeaderError) {
      return [];
    }
    throw error;
  }
}
