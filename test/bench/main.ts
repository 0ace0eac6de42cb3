/**
 * `npm run bench` runs every suite, `npm run bench -- sip rtp` those named; `--json` prints one document in place
 * of the table. Nothing else should run on the machine meanwhile.
 */
import { ensureBenchPeers } from '../support/peers.ts';
import { type BenchRow, isTargetMet, ratioOf } from './bench-row.ts';
import { describeMachine } from './machine.ts';
import { formatTable } from './result-table.ts';

type Suite = () => Promise<readonly BenchRow[]>;

const SUITES: Readonly<Record<string, readonly Suite[]>> = {
  sip: [
    async () => (await import('./sip-parse.ts')).benchSipParse(),
    async () => (await import('./sip.ts')).benchBareCalls(),
    async () => (await import('./sip-room.ts')).benchRoomCalls(),
    async () => (await import('./sip-dialogs.ts')).benchCallsAmongDialogs(),
    async () => (await import('./sip-dialogs.ts')).benchSipMemory(),
    async () => (await import('./sip-tls.ts')).benchTlsConnections(),
  ],
  rtp: [
    async () => (await import('./receive-stream.ts')).benchReceiveStreams(),
    async () => (await import('./capture.ts')).benchCapture(),
    async () => (await import('./mix.ts')).benchMix(),
    async () => (await import('./media-leg.ts')).benchMediaLeg(),
    async () => (await import('./live/live.ts')).benchLive(),
  ],
  h323: [
    async () => (await import('./h323.ts')).benchH323Pdus(),
    async () => (await import('./h323.ts')).benchH323Calls(),
  ],
  start: [async () => (await import('./start-up.ts')).benchStartUp()],
  media: [
    async () => (await import('./srtp.ts')).benchSrtp(),
    async () => (await import('./g722.ts')).benchG722(),
    async () => (await import('./opus.ts')).benchOpus(),
    async () => (await import('./mix.ts')).benchMix(),
    async () => (await import('./prompt-to-ear.ts')).benchPromptToEar(),
  ],
  b2bua: [
    async () => (await import('./b2bua.ts')).benchBridgedCalls(),
    async () => (await import('./b2bua.ts')).benchTrunkCalls(),
    async () => (await import('./live/live.ts')).benchLiveRelay(),
  ],
  telling: [async () => (await import('./telling.ts')).benchTelling()],
};

const flags = process.argv.slice(2);
const isJson = flags.includes('--json');
const names = flags.filter((flag) => !flag.startsWith('-'));
const unknown = names.filter((name) => !(name in SUITES));
if (unknown.length > 0) {
  process.stderr.write(`no suite ${unknown.join(', ')}; there are ${Object.keys(SUITES).join(', ')}\n`);
  process.exit(2);
}

const chosen = names.length === 0 ? Object.keys(SUITES) : names;
await ensureBenchPeers(chosen);
const rows: BenchRow[] = [];
for (const name of chosen) {
  for (const suite of SUITES[name] ?? []) {
    const measured = await suite();
    rows.push(...measured.map((row) => ({ ...row, name: `${name}: ${row.name}` })));
    if (process.stderr.isTTY) process.stderr.write(`${name}: ${rows.length} figures\n`);
  }
}

if (isJson) {
  const measured = rows.map((row) => ({ ...row, ratio: ratioOf(row), isTargetMet: isTargetMet(row) }));
  process.stdout.write(`${JSON.stringify({ machine: describeMachine(), rows: measured }, null, 2)}\n`);
} else {
  process.stdout.write(`${formatTable(rows)}\n\n${describeMachine()}\n`);
}
process.exitCode = rows.some((row) => isTargetMet(row) === false) ? 1 : 0;
