import { networkInterfaces } from 'node:os';
import type { Config } from '../../config/schema.ts';
import { checkAdvertisedAddress, checkUdpRoundTrip } from '../check/addresses.ts';
import type { Finding } from '../check/finding.ts';
import { type FirewallRule, firewallRules } from '../check/firewall.ts';
import { checkMediaKeys } from '../check/media-keys.ts';
import { checkPorts } from '../check/ports.ts';
import {
  checkClock,
  checkDataDirectory,
  checkFileDescriptors,
  checkMediaPorts,
  checkNodeVersion,
  checkReceiveBuffer,
  modifiedAtMs,
  readFileOrNull,
  readOpenFilesLimit,
} from '../check/resources.ts';
import { checkCertificate } from '../check/tls.ts';
import { plannedListeners } from '../listener.ts';
import { reachableAddress } from '../reachable-address.ts';
import { CONFIG_NOTE, CONFIG_OPTIONS, configFromOptions } from './config-options.ts';
import { EXIT_DONE, EXIT_FAILED } from './exit-code.ts';
import { formatColumns, formatHelp, type OptionSpec, parseOptions } from './options.ts';
import type { Command, Surroundings } from './surroundings.ts';

const OPTIONS: readonly OptionSpec[] = [
  ...CONFIG_OPTIONS,
  { name: 'json', about: 'print one JSON document: { verdict, findings, firewall }' },
];

const HELP = formatHelp({
  usage: 'carillon check [OPTION]…',
  about:
    'Finds what would stop a room from calling: taken ports, addresses, certificate, limits of the system.\n' +
    'Takes the same configuration as serve, before it starts or while it runs. Exit status 1 when something fails.',
  options: OPTIONS,
  notes: [CONFIG_NOTE],
  examples: [
    ['carillon check', 'the usual ports on this machine'],
    ['carillon check --config site.yaml --json', 'your configuration, for a script'],
  ],
});

export const checkCommand: Command = { run: check };

const MARKS = { ok: '✓', warn: '!', fail: '✗' } as const;
const COLORS = { ok: 32, warn: 33, fail: 31 } as const;

async function check(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const options = parseOptions(argv, OPTIONS);
  const { output } = surroundings;
  if (options.has('help')) {
    output.write(HELP);
    return EXIT_DONE;
  }
  const config = configFromOptions(options, surroundings);
  const findings = await findAll(config);
  const firewall = firewallRules(config);
  const hasFailed = findings.some(({ verdict }) => verdict === 'fail');
  if (options.has('json')) {
    const verdict = hasFailed ? 'fail' : 'ok';
    output.write(`${JSON.stringify({ verdict, findings, firewall }, null, 2)}\n`);
  } else output.write(formatReport(findings, firewall, output.isTerminal));
  return hasFailed ? EXIT_FAILED : EXIT_DONE;
}

async function findAll(config: Config): Promise<Finding[]> {
  const { sip } = config;
  const interfaces = networkInterfaces();
  const ours = reachableAddress('auto', sip.address, '', interfaces);
  const nowMs = Date.now();
  return [
    checkNodeVersion(process.version),
    ...(await checkPorts(plannedListeners(config))),
    await checkAdvertisedAddress(sip, interfaces),
    await checkUdpRoundTrip(sip.address, ours),
    ...checkCertificate(config, nowMs),
    checkMediaKeys(config),
    checkMediaPorts(config),
    checkFileDescriptors(config, readOpenFilesLimit(readFileOrNull('/proc/self/limits'))),
    ...checkReceiveBuffer(readNumber('/proc/sys/net/core/rmem_max')),
    checkClock(nowMs, modifiedAtMs(import.meta.filename)),
    checkDataDirectory(config.dataDirectory),
  ];
}

function readNumber(file: string): number | null {
  const text = readFileOrNull(file);
  return text === null ? null : Number(text);
}

function formatReport(
  findings: readonly Finding[],
  firewall: readonly FirewallRule[],
  hasColors: boolean,
): string {
  const width = Math.max(...findings.map(({ subject }) => subject.length));
  const lines = findings.flatMap(({ verdict, subject, detail, hint }) => {
    const mark = hasColors ? `\u001b[${COLORS[verdict]}m${MARKS[verdict]}\u001b[0m` : MARKS[verdict];
    const line = `  ${mark} ${subject.padEnd(width)}  ${detail}`;
    return hint === null ? [line] : [line, `    ${' '.repeat(width)}  → ${hint}`];
  });
  const rules = firewall.map(({ protocol, firstPort, lastPort, purpose }): [string, string] => {
    const ports = firstPort === lastPort ? String(firstPort) : `${firstPort}–${lastPort}`;
    return [`${protocol} ${ports}`, purpose];
  });
  const open =
    rules.length === 0
      ? ''
      : `\nTo be open in the firewall, towards this machine:\n${formatColumns(rules)}\n`;
  return `${lines.join('\n')}\n${open}\n${summarize(findings)}\n`;
}

function summarize(findings: readonly Finding[]): string {
  const failed = findings.filter(({ verdict }) => verdict === 'fail').length;
  if (failed > 0) return `${failed} of ${findings.length} checks failed; rooms cannot call like this.`;
  const warned = findings.some(({ verdict }) => verdict === 'warn');
  return warned ? 'Rooms can call; look at the lines marked with !' : 'All is well: rooms can call.';
}
