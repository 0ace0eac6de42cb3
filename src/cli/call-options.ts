import { readFileSync } from 'node:fs';
import type { FlagAssignment } from '../../config/assignment-source.ts';
import { loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import { parseUri, type SipUri, serializeUri } from '../../signaling/sip/uri.ts';
import { MINIMUM_MOS_DEFAULT } from '../analyze/verdict.ts';
import type { CallPlan, KeyWay } from '../caller/call-outcome.ts';
import type { CallExpectation } from '../caller/call-verdict.ts';
import { parseKeyScript } from '../caller/key-script.ts';
import type { NetworkCallRequest } from '../caller/network-call.ts';
import { H323_CALL_OPTIONS, H323_KEY_WAYS, isH323Call } from './h323-options.ts';
import type { OptionSpec, ParsedOptions } from './options.ts';
import { type Surroundings, UsageError } from './surroundings.ts';

const ANSWER_TIMEOUT_SECONDS = 60;
const KEY_MS = 100;
const ANSWERED = 200;
const LONGEST_SECONDS = 86_400;
const SERVICE_DEFAULT = 'http://127.0.0.1:8080';
/** Reports of a second make the live line. */
const REPORT_PERIOD_SECONDS = '1';

export const CALL_OPTIONS: readonly OptionSpec[] = [
  ...H323_CALL_OPTIONS,
  { name: 'transport', argument: 'NAME', about: 'udp, tcp, tls, ws or wss; else as the URI says' },
  { name: 'user', argument: 'NAME', about: 'for digest authentication; and whom the call comes from' },
  {
    name: 'password',
    argument: 'TEXT',
    about: 'for digest authentication; SIP_PASSWORD in the environment too',
  },
  { name: 'name', argument: 'TEXT', about: 'display name, shown in a roster' },
  { name: 'codec', argument: 'NAMES', about: 'what is offered, best first: PCMA,PCMU' },
  { name: 'srtp', argument: 'MODE', about: 'encrypted media: off (the default), optional or required' },
  { name: 'packet-time', argument: 'MS', about: 'audio in each packet we send: 20' },
  { name: 'dtmf', argument: 'KEYS', about: 'keys to press after the answer; a comma waits two seconds' },
  {
    name: 'dtmf-by',
    argument: 'WAY',
    about:
      'rfc4733 (the default), info or inband; with --h323 rfc4733, signal, alphanumeric, keypad or inband',
  },
  { name: 'dtmf-length', argument: 'MS', about: `how long a key is held; ${KEY_MS} by default` },
  { name: 'play', argument: 'FILE', about: 'WAV file to say, after the keys' },
  { name: 'record', argument: 'FILE', about: 'file for what is heard, .wav or .flac; replaced if there' },
  {
    name: 'duration',
    argument: 'SECONDS',
    about: 'hang up so long after the answer; else when keys and file are through, or the far end hangs up',
  },
  {
    name: 'answer-timeout',
    argument: 'SECONDS',
    about: `give up when it is not answered by then; ${ANSWER_TIMEOUT_SECONDS} by default`,
  },
  {
    name: 'from-pstn',
    argument: 'NUMBER',
    about:
      'ring a number of a running service from its telephone network, as this caller; the URI is the number',
  },
  {
    name: 'service',
    argument: 'URL',
    about: `with --from-pstn: where that service has HTTP; ${SERVICE_DEFAULT} by default`,
  },
  {
    name: 'expect',
    argument: 'STATUS',
    about: 'the final status that is right; 200 by default. With --h323 the cause of a refusal (ITU-T Q.850)',
  },
  {
    name: 'minimum-mos',
    argument: 'MOS',
    about: `fail when the call is below; ${MINIMUM_MOS_DEFAULT} by default`,
  },
  { name: 'allow-silence', about: 'do not fail when the far end sends no RTP' },
  {
    name: 'ca',
    argument: 'FILE',
    about: 'PEM file of the authorities to trust in place of those of the system',
  },
  { name: 'insecure', about: 'take any certificate' },
  { name: 'trace', about: 'show every SIP message' },
  { name: 'json', about: 'print one JSON document: { uri, status, quality, …, verdict, reasons }' },
];

const KEY_WAYS: Readonly<Record<string, KeyWay>> = {
  rfc4733: 'rfc4733',
  info: 'sip-info',
  inband: 'in-band',
};

/** @throws UsageError */
export function readCallPlan(options: ParsedOptions): CallPlan {
  const script = options.get('dtmf') ?? '';
  const keys = parseKeyScript(script);
  if (keys === null) throw new UsageError(`--dtmf takes 0-9, *, #, A-D and commas; found "${script}".`);
  const seconds = readNumber(options, 'duration', 0.1, LONGEST_SECONDS, null);
  return {
    keys,
    keyWay: readKeyWay(options),
    keyMs: readNumber(options, 'dtmf-length', 40, 60_000, KEY_MS) ?? KEY_MS,
    playsFile: options.has('play'),
    recordFile: options.get('record'),
    durationMs: seconds === null ? null : seconds * 1000,
    answerTimeoutMs:
      1000 * (readNumber(options, 'answer-timeout', 1, LONGEST_SECONDS, null) ?? ANSWER_TIMEOUT_SECONDS),
  };
}

function readKeyWay(options: ParsedOptions): KeyWay {
  const ways = isH323Call(options) ? H323_KEY_WAYS : KEY_WAYS;
  const way = options.get('dtmf-by') ?? 'rfc4733';
  const keyWay = ways[way.toLowerCase()];
  if (keyWay === undefined)
    throw new UsageError(`--dtmf-by is one of ${Object.keys(ways).join(', ')}; found "${way}".`);
  return keyWay;
}

/** @throws UsageError */
export function readExpectation(
  options: ParsedOptions,
  { durationMs }: Pick<CallPlan, 'durationMs'>,
): CallExpectation {
  return {
    status: readStatus(options),
    minimumMos: readNumber(options, 'minimum-mos', 1, 5, MINIMUM_MOS_DEFAULT) ?? MINIMUM_MOS_DEFAULT,
    isSilenceAllowed: options.has('allow-silence'),
    durationMs,
  };
}

/** Causes of Q.850 end below the statuses of SIP. */
function readStatus(options: ParsedOptions): number {
  const isCause = isH323Call(options) && options.get('expect') !== `${ANSWERED}`;
  const [least, most] = isCause ? [1, 127] : [200, 699];
  return readNumber(options, 'expect', least, most, ANSWERED) ?? ANSWERED;
}

/** What a person writes: `sip:` may be left out. @throws UsageError */
export function readTarget(options: ParsedOptions): SipUri {
  const [written, ...others] = options.words;
  if (written === undefined) throw new UsageError('Whom? Give a URI, such as sip:echo@127.0.0.1.');
  if (others.length > 0) throw new UsageError(`One URI at a time; found "${others[0]}" too.`);
  const uri = parseUri(/^[a-z][a-z0-9+.-]*:(?!\d+(?:;|$))/i.test(written) ? written : `sip:${written}`);
  if (uri === null || (uri.scheme !== 'sip' && uri.scheme !== 'sips') || uri.host === '') {
    throw new UsageError(`"${written}" is no SIP URI; one is sip:6064724824@192.0.2.10;transport=tcp.`);
  }
  const transport = options.get('transport')?.toLowerCase();
  if (transport === undefined) return uri;
  if (!['udp', 'tcp', 'tls', 'ws', 'wss'].includes(transport)) {
    throw new UsageError(`--transport is udp, tcp, tls, ws or wss; found "${transport}".`);
  }
  if (uri.parameters.has('transport')) throw new UsageError('The URI names a transport already.');
  return parseUri(serializeUri(uri).replace(/(?=\?|$)/, `;transport=${transport}`)) ?? uri;
}

/** What `--from-pstn` asks for; null without it. @throws UsageError */
export function readNetworkCall(options: ParsedOptions): NetworkCallRequest | null {
  const from = options.get('from-pstn');
  if (from === null) return null;
  const [to, ...others] = options.words;
  const service = options.get('service') ?? SERVICE_DEFAULT;
  if (to === undefined || others.length > 0 || !to.startsWith('+')) {
    throw new UsageError('--from-pstn rings one number of the service, such as +12065550100.');
  }
  if (!URL.canParse(service)) throw new UsageError(`--service takes a URL; found "${service}".`);
  const seconds = readNumber(options, 'duration', 1, LONGEST_SECONDS, null);
  return { service, from, to, durationSeconds: seconds === null ? null : Math.round(seconds) };
}

export function targetText(target: SipUri): string {
  return serializeUri(target);
}

/** Our side of the call as a configuration. @throws ConfigError for what a codec or a packet time cannot be */
export function callerConfig(
  options: ParsedOptions,
  { environment }: Pick<Surroundings, 'environment'>,
): Config {
  const codecs = options.getAll('codec').flatMap((names) => names.split(','));
  const given: (FlagAssignment | null)[] = [
    codecs.length === 0
      ? null
      : {
          flag: '--codec',
          key: 'media.codecs',
          text: JSON.stringify(codecs.map((name) => name.trim().toUpperCase())),
        },
    flagOf(options, 'packet-time', 'media.packetTimeMs'),
    ...(isH323Call(options) ? [{ flag: '--h323', key: 'h323.enabled', text: 'true' }] : []),
    { flag: '--srtp', key: 'media.srtp', text: options.get('srtp') ?? 'off' },
    { flag: '', key: 'media.workers', text: '1' },
    { flag: '', key: 'metrics.periodSeconds', text: REPORT_PERIOD_SECONDS },
  ];
  return loadConfig({ file: null, environment, flags: given.filter((flag) => flag !== null) });
}

/** @throws UsageError */
export function readAuthorities(options: ParsedOptions): string | null {
  const file = options.get('ca');
  if (file === null) return null;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--ca: ${file} cannot be read: ${(error as NodeJS.ErrnoException).code}.`);
  }
}

function flagOf(options: ParsedOptions, name: string, key: string): FlagAssignment | null {
  const text = options.get(name);
  return text === null ? null : { flag: `--${name}`, key, text };
}

function readNumber(
  options: ParsedOptions,
  name: string,
  least: number,
  most: number,
  absent: number | null,
): number | null {
  const text = options.get(name);
  if (text === null) return absent;
  const value = Number(text);
  if (text.trim() === '' || !(value >= least && value <= most)) {
    throw new UsageError(`--${name} takes a number from ${least} to ${most}; found "${text}".`);
  }
  return value;
}
