import { detachText } from '../detached-text.ts';
import type { AudioFormat } from '../session-description.ts';
import type { SdpAttribute, SdpMedia } from './description.ts';
import { parseDecimal } from './parse.ts';

/** RFC 3551 §6, table 4: audio payload types that need no rtpmap. */
const STATIC_FORMATS = new Map<number, AudioFormat>([
  staticFormat(0, 'PCMU', 8_000),
  staticFormat(3, 'GSM', 8_000),
  staticFormat(4, 'G723', 8_000),
  staticFormat(5, 'DVI4', 8_000),
  staticFormat(6, 'DVI4', 16_000),
  staticFormat(7, 'LPC', 8_000),
  staticFormat(8, 'PCMA', 8_000),
  staticFormat(9, 'G722', 8_000),
  staticFormat(10, 'L16', 44_100, 2),
  staticFormat(11, 'L16', 44_100),
  staticFormat(12, 'QCELP', 8_000),
  staticFormat(13, 'CN', 8_000),
  staticFormat(14, 'MPA', 90_000),
  staticFormat(15, 'G728', 8_000),
  staticFormat(16, 'DVI4', 11_025),
  staticFormat(17, 'DVI4', 22_050),
  staticFormat(18, 'G729', 8_000),
]);

/** Names that IANA does not register in capitals, by their lower-case form. */
const REGISTERED_NAMES = new Map(
  ['telephone-event', 'opus', 'iLBC', 'speex', 'tone', 'red', 'parityfec', 'vorbis'].map((name) => [
    name.toLowerCase(),
    name,
  ]),
);

const MAX_CLOCK_RATE_HZ = 384_000;

function staticFormat(
  payloadType: number,
  encodingName: string,
  clockRateHz: number,
  channels = 1,
): [number, AudioFormat] {
  return [payloadType, { payloadType, encodingName, clockRateHz, channels, parameters: null }];
}

/**
 * The payload formats of an RTP audio stream in the order of its `m=` line. A payload type that is no number,
 * or a dynamic one without a usable rtpmap, cannot be agreed on and is passed over.
 */
export function parseAudioFormats(media: SdpMedia): AudioFormat[] {
  const formats: AudioFormat[] = [];
  for (const text of media.formats) {
    const payloadType = parseDecimal(text, 127);
    if (payloadType !== null) {
      const format = parseFormat(payloadType, text, media.attributes);
      if (format !== null) {
        formats.push(format);
      }
    }
  }
  return formats;
}

function parseFormat(
  payloadType: number,
  text: string,
  attributes: readonly SdpAttribute[],
): AudioFormat | null {
  const mapping = findByPayloadType(attributes, 'rtpmap', text);
  const parameters = findByPayloadType(attributes, 'fmtp', text);
  if (mapping === null) {
    const known = STATIC_FORMATS.get(payloadType);
    return known === undefined ? null : parameters === null ? known : { ...known, parameters };
  }
  return parseRtpMap(payloadType, mapping, parameters);
}

/** RFC 8866 §6.6: `encoding/clock rate[/channels]`. */
function parseRtpMap(payloadType: number, mapping: string, parameters: string | null): AudioFormat | null {
  const [name = '', rateText = '', channelsText = '1'] = mapping.trim().split('/');
  const clockRateHz = parseDecimal(rateText, MAX_CLOCK_RATE_HZ);
  const channels = parseDecimal(channelsText, 255);
  if (name === '' || clockRateHz === null || clockRateHz === 0 || channels === null || channels === 0) {
    return null;
  }
  return { payloadType, encodingName: registeredName(name), clockRateHz, channels, parameters };
}

/** The rest of `a=<name>:<payload type> …`, or null. */
function findByPayloadType(
  attributes: readonly SdpAttribute[],
  name: string,
  payloadType: string,
): string | null {
  for (const attribute of attributes) {
    const { value } = attribute;
    if (
      attribute.name === name &&
      value !== null &&
      value.startsWith(payloadType) &&
      value.charCodeAt(payloadType.length) === 0x20
    ) {
      return detachText(value.slice(payloadType.length + 1).trim());
    }
  }
  return null;
}

function registeredName(name: string): string {
  const upper = name.toUpperCase();
  if (upper === 'PCMU' || upper === 'PCMA' || upper === 'CN') {
    return upper;
  }
  return REGISTERED_NAMES.get(name.toLowerCase()) ?? upper;
}

/** Whether two formats are the same coding, whatever payload type each side gives it. */
export function isSameCoding(one: AudioFormat, other: AudioFormat): boolean {
  return (
    one.encodingName === other.encodingName &&
    one.clockRateHz === other.clockRateHz &&
    one.channels === other.channels
  );
}

/** Formats that accompany speech and are never the codec of a call: RFC 4733 events and tones, RFC 3389 comfort noise. */
export function isAuxiliary(format: AudioFormat): boolean {
  const { encodingName } = format;
  return (
    encodingName === 'telephone-event' ||
    encodingName === 'CN' ||
    encodingName === 'tone' ||
    encodingName === 'red' ||
    encodingName === 'parityfec'
  );
}

/** `PCMU/8000, G729/8000`: for the sentence that refuses a call. */
export function describeFormats(formats: readonly AudioFormat[]): string {
  return formats.length === 0
    ? 'nothing known'
    : formats.map((format) => `${format.encodingName}/${format.clockRateHz}`).join(', ');
}
