import type { FlagAssignment } from '../../config/assignment-source.ts';
import { loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import type { OptionSpec, ParsedOptions } from './options.ts';
import { type Surroundings, UsageError } from './surroundings.ts';

interface KeyOption extends OptionSpec {
  readonly key: string;
}

const KEY_OPTIONS: readonly KeyOption[] = [
  { name: 'address', argument: 'IP', key: 'sip.address', about: 'local address of SIP and media' },
  { name: 'advertise', argument: 'HOST', key: 'sip.advertisedAddress', about: 'address callers reach us by' },
  {
    name: 'udp-port',
    argument: 'PORT',
    key: 'sip.udpPort',
    about: 'SIP over UDP; 0 is any free port, null is off',
  },
  { name: 'tcp-port', argument: 'PORT', key: 'sip.tcpPort', about: 'SIP over TCP' },
  { name: 'tls-port', argument: 'PORT', key: 'sip.tlsPort', about: 'SIP over TLS' },
  { name: 'websocket-port', argument: 'PORT', key: 'sip.webSocketPort', about: 'SIP over WebSocket' },
  { name: 'h323-port', argument: 'PORT', key: 'h323.port', about: 'H.323' },
  {
    name: 'http-port',
    argument: 'PORT',
    key: 'http.port',
    about: 'status, calls, meetings, metrics, events',
  },
  { name: 'data', argument: 'DIR', key: 'dataDirectory', about: 'folder for logs, metrics and certificate' },
  {
    name: 'log-level',
    argument: 'LEVEL',
    key: 'logging.level',
    about: 'trace, debug, info, warn, error, silent',
  },
];

/** The options of every command that reads the configuration. */
export const CONFIG_OPTIONS: readonly OptionSpec[] = [
  { name: 'config', short: 'c', argument: 'FILE', about: 'YAML or JSON, laid over config/default.yaml' },
  {
    name: 'set',
    short: 's',
    argument: 'KEY=VALUE',
    about: 'any key, as often as needed: --set sip.udpPort=5070',
  },
  ...KEY_OPTIONS,
];

export const CONFIG_NOTE =
  'Every key can be set in the environment too: sip.udpPort is CARILLON_SIP_UDP_PORT. Flags win over the\n' +
  'environment, the environment over FILE, FILE over config/default.yaml.';

/** @throws UsageError for a --set without `=`, ConfigError for what the configuration cannot be. */
export function configFromOptions(
  options: ParsedOptions,
  { environment }: Pick<Surroundings, 'environment'>,
): Config {
  return loadConfig({ file: options.get('config'), environment, flags: assignmentsFrom(options) });
}

function assignmentsFrom(options: ParsedOptions): FlagAssignment[] {
  const named = KEY_OPTIONS.flatMap(({ name, key }) => {
    const text = options.get(name);
    return text === null ? [] : [{ flag: `--${name}`, key, text }];
  });
  const set = options.getAll('set').map((written) => {
    const [key = '', ...rest] = written.split('=');
    if (rest.length === 0 || key.trim() === '') {
      throw new UsageError(`--set takes KEY=VALUE, such as --set sip.udpPort=5070; found "${written}".`);
    }
    return { flag: `--set ${key.trim()}`, key: key.trim(), text: rest.join('=') };
  });
  return [...named, ...set];
}
