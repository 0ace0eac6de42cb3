/** Where a message was seen, and in which call. */
export interface SipMessageOrigin {
  readonly voiceConnectorId: string;
  readonly region: string;
  readonly callId: string;
  readonly atMs: number;
}

/** Field names in the order of the Administrator Guide ("SIP message logs"). */
export const SIP_MESSAGE_FIELDS = [
  { name: 'voice_connector_id', unit: '', meaning: 'The connector the message belongs to' },
  { name: 'aws_region', unit: '', meaning: 'Region of the connector' },
  { name: 'event_timestamp', unit: 'Unix ms', meaning: 'When the message was received or sent' },
  { name: 'call_id', unit: '', meaning: 'Ours, as in every log; the Call-ID header where there is no call' },
  { name: 'sip_message', unit: '', meaning: 'The whole message as it was on the wire, line ends included' },
] as const;

/**
 * One object of the SIP message log. The text stands as it was on the wire, credentials included, as AWS
 * writes it: a digest response is a hash, yet the file is for those who may see who calls whom.
 */
export function serializeSipMessage(origin: SipMessageOrigin, text: string): string {
  return JSON.stringify({
    voice_connector_id: origin.voiceConnectorId,
    aws_region: origin.region,
    event_timestamp: Math.round(origin.atMs),
    call_id: origin.callId,
    sip_message: text,
  });
}

/** What a message is for the counters: a method, or the class of a status code. */
export type SipMessageKind =
  | { readonly method: string }
  | { readonly statusClass: 1 | 2 | 3 | 4 | 5 | 6 }
  | { readonly unknown: true };

// RFC 3261, 3262, 3265, 3311, 3428, 3515, 3903, 6086: any other word would make labels without end.
const METHODS = new Set(
  'INVITE ACK BYE CANCEL OPTIONS REGISTER PRACK UPDATE INFO SUBSCRIBE NOTIFY REFER MESSAGE PUBLISH'.split(
    ' ',
  ),
);
const STATUS_LINE_START = 'SIP/2.0 '; // RFC 3261 §7.2

/** Reads the first word of the start line, nothing more. */
export function kindOfSipMessage(text: string): SipMessageKind {
  if (text.startsWith(STATUS_LINE_START)) {
    const statusClass = text.charCodeAt(STATUS_LINE_START.length) - 48;
    return isStatusClass(statusClass) ? { statusClass } : { unknown: true };
  }
  const space = text.indexOf(' ');
  const method = text.slice(0, Math.max(0, Math.min(space, 16)));
  return METHODS.has(method) ? { method } : { unknown: true };
}

const CALL_ID_LINE = '\r\nCall-ID: '; // as most stacks write it, ours among them
const MAX_SCAN_CHARACTERS = 8192;

/** The Call-ID header, also in its compact or an unusual form (RFC 3261 §7.3.1, §7.3.3); empty without one. */
export function callIdOfSipMessage(text: string): string {
  const start = text.indexOf(CALL_ID_LINE);
  if (start >= 0) {
    const end = text.indexOf('\r\n', start + CALL_ID_LINE.length);
    return text.slice(start + CALL_ID_LINE.length, end < 0 ? undefined : end).trim();
  }
  const headers = text.slice(0, MAX_SCAN_CHARACTERS);
  return /\n(?:call-id|i)[ \t]*:[ \t]*([^\s]*)/i.exec(headers)?.[1] ?? '';
}

function isStatusClass(value: number): value is 1 | 2 | 3 | 4 | 5 | 6 {
  return value >= 1 && value <= 6;
}
