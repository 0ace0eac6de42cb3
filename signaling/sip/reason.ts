import { CALL_FAILURES } from '../call-failure.ts';
import type { CallEnd } from '../call-leg.ts';
import { quote, splitList } from './grammar.ts';
import { parseParameters } from './parameters.ts';

/** One value of a Reason header (RFC 3326): why a request was sent, or (RFC 6432) why a call was refused. */
export interface Reason {
  /** `SIP`, `Q.850`, … as written. */
  readonly protocol: string;
  readonly cause: number | null;
  readonly text: string | null;
}

/** The values of one Reason header field; those that break the grammar are passed over, they are advice. */
export function parseReasons(value: string): Reason[] {
  const reasons: Reason[] = [];
  for (const element of splitList(value)) {
    const semicolon = element.indexOf(';');
    const end = semicolon === -1 ? element.length : semicolon;
    const parameters = parseParameters(element, end);
    const protocol = element.slice(0, end).trim();
    if (parameters !== null && protocol !== '') {
      const cause = Number.parseInt(parameters.get('cause') ?? '', 10);
      reasons.push({
        protocol,
        cause: Number.isNaN(cause) ? null : cause,
        text: parameters.get('text') ?? null,
      });
    }
  }
  return reasons;
}

export function serializeReason(reason: Reason): string {
  const cause = reason.cause === null ? '' : `;cause=${reason.cause}`;
  const text = reason.text === null ? '' : `;text=${quote(printable(reason.text))}`;
  return `${reason.protocol}${cause}${text}`;
}

/** What a Reason header says to a person: `ACK timeout (SIP 200)`; empty when there is none. */
export function describeReasons(values: readonly string[]): string {
  return values
    .flatMap(parseReasons)
    .map(({ protocol, cause, text }) => {
      const code = cause === null ? protocol : `${protocol} ${cause}`;
      return text === null ? code : `${text} (${code})`;
    })
    .join(', ');
}

/** What the BYE of a call we end says: nothing where all went well and nobody has a word to add. */
export function reasonOfEnd(end: CallEnd): Reason | null {
  if (end.reason === 'normal-clearing') {
    return end.detail === '' ? null : { protocol: 'Q.850', cause: 16, text: end.detail };
  }
  const { sipStatus, text } = CALL_FAILURES[end.reason];
  return { protocol: 'SIP', cause: sipStatus, text: end.detail === '' ? text : `${text}: ${end.detail}` };
}

/** RFC 3261 §20.43: `399 agent "text"`, the miscellaneous warning a person is to read. */
export function serializeWarning(agent: string, text: string): string {
  return `399 ${agent} ${quote(printable(text))}`;
}

/** Control characters have no place in a quoted-string, and a sentence need not be endless. */
function printable(text: string): string {
  return text.slice(0, 400).replace(/\p{Cc}+/gu, ' ');
}
