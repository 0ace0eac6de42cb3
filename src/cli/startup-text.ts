import type { Config } from '../../config/schema.ts';
import { type BoundListener, type ListenerKey, listenerName } from '../listener.ts';
import { formatColumns } from './options.ts';

export interface StartupFacts {
  readonly version: string;
  readonly listeners: readonly BoundListener[];
  readonly config: Pick<Config, 'meetings' | 'sip'>;
  /** Address that others in the network reach us by. */
  readonly reachableAddress: string;
}

/** What `carillon serve` says when it is ready: where it listens, and what to dial. */
export function formatStartupText(facts: StartupFacts): string {
  const { version, listeners, config } = facts;
  const sections = [
    `Carillon ${version} is ready.`,
    listeners.length === 0
      ? '  Every listener is switched off; nobody can call.'
      : formatColumns(
          listeners.map((listener) => [listenerName(listener.key), describeListener(listener, facts)]),
        ),
    describeMeetings(config.meetings),
    formatColumns(linesToCopy(facts)),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

/** `6064724824` → `6064 72 4824`, as Chime's invitations print it. */
function groupMeetingId(id: string): string {
  return id.replace(/^(\d{4})(\d{2})(\d{4})$/, '$1 $2 $3');
}

function describeListener({ key, address, port }: BoundListener, facts: StartupFacts): string {
  const host = isUnspecified(address) ? facts.reachableAddress : address;
  const where = hostPort(host, port);
  switch (key) {
    case 'http.port':
      return `http://${where}/`;
    case 'sip.webSocketPort':
      return facts.config.sip.tlsPort === null ? `ws://${where}/sip` : `ws://${where}/sip (wss too)`;
    case 'sip.tlsPort':
      return facts.config.sip.tls.allowPlainTcp ? `${where} (plain TCP too)` : where;
    default:
      return where;
  }
}

/** More would push the lines to copy out of sight. */
const MEETINGS_SHOWN = 3;

function describeMeetings(meetings: Config['meetings']): string {
  if (meetings.length === 0)
    return '  No meeting yet: POST one to /meetings, or add it to the configuration.';
  const lines = meetings.slice(0, MEETINGS_SHOWN).map(({ id, title, moderatorPasscode }) => {
    const passcode =
      moderatorPasscode === null ? '' : `, waits for a moderator: passcode ${moderatorPasscode}#`;
    return ['Meeting', `${groupMeetingId(id)}, ${title}${passcode}`] as const;
  });
  return formatColumns(lines);
}

/** A line each for SIPp, baresip and a room system; those that need a listener that is off are left out. */
function linesToCopy({ listeners, config, reachableAddress }: StartupFacts): [string, string][] {
  const id = config.meetings[0]?.id;
  if (id === undefined) return [];
  const at = (key: ListenerKey): string | null => {
    const listener = listeners.find((candidate) => candidate.key === key);
    if (listener === undefined) return null;
    const host = isUnspecified(listener.address) ? reachableAddress : listener.address;
    return hostPort(host, listener.port);
  };
  const udp = at('sip.udpPort');
  const tcp = at('sip.tcpPort');
  const room = at('sip.tlsPort') ?? tcp ?? udp;
  const lines: [string, string][] = [];
  if (udp !== null) lines.push(['SIPp', `sipp -sn uac -m 1 -d 10000 -s ${id} ${udp}`]);
  else if (tcp !== null) lines.push(['SIPp', `sipp -t t1 -sn uac -m 1 -d 10000 -s ${id} ${tcp}`]);
  // Without an account baresip dials nothing; this one registers nowhere.
  const baresip = (uri: string) =>
    `baresip -e "/uanew sip:me@${bracketed(reachableAddress)};regint=0" -e "/dial ${uri}"`;
  if (udp !== null) lines.push(['baresip', baresip(`sip:${id}@${udp}`)]);
  else if (tcp !== null) lines.push(['baresip', baresip(`sip:${id}@${tcp};transport=tcp`)]);
  if (room !== null) lines.push(['Room system', `${id}@${room.replace(/:506[01]$/, '')}`]);
  return lines;
}

function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

function hostPort(host: string, port: number): string {
  return `${bracketed(host)}:${port}`;
}

/** RFC 3986 §3.2.2: IPv6 in brackets. */
function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
