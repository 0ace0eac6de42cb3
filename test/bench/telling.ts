import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileSink } from '../../metrics/sink/file.ts';
import { Call } from '../../src/call/call.ts';
import { Telling } from '../../src/telling.ts';
import { FakeCallLeg } from '../support/fake-call-leg.ts';
import { createLegReport } from '../support/leg-report.ts';
import type { BenchRow } from './bench-row.ts';

const START_MS = Date.UTC(2026, 10, 23, 4, 0, 0);
const REPETITIONS = 5;
const ROUNDS = 20_000;
/** Between two turns of the event loop, as many as a busy quarter of a second brings. */
const PER_TICK = 500;

const BODY = 'v=0\r\no=user1 53655765 2353687637 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n';
/** 760 bytes, a usual INVITE. */
const INVITE = Buffer.from(
  [
    'INVITE sip:6064724824@meet.chime.in SIP/2.0',
    'Via: SIP/2.0/TLS 192.0.2.7:5061;branch=z9hG4bK-524287-1---0123456789abcdef;rport',
    'From: "Everest-11-204" <sips:everest@example.com>;tag=a73kszlfl',
    'To: <sip:6064724824@meet.chime.in>',
    'Call-ID: bench@fake',
    'CSeq: 1 INVITE',
    'Contact: <sip:everest@192.0.2.7:5061;transport=tls>',
    'Max-Forwards: 70',
    'Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY, MESSAGE, SUBSCRIBE, INFO, UPDATE, PRACK',
    'Supported: timer, 100rel, replaces, outbound',
    'User-Agent: Room System 9.3',
    'Content-Type: application/sdp',
    `Content-Length: ${BODY.length}`,
    '',
    BODY,
  ].join('\r\n'),
);

/** CPU time of all threads per message and per report, from the call that tells it to the file on the disk. */
export async function benchTelling(): Promise<readonly BenchRow[]> {
  const directory = mkdtempSync(join(tmpdir(), 'carillon-bench-'));
  const sink = new FileSink({ directory });
  const telling = new Telling(
    { region: 'us-east-1', roomsConnectorId: 'carillonroombridge0000', periodSeconds: 60, sinks: [sink] },
    START_MS,
  );
  const call = new Call(new FakeCallLeg('bench', '6064724824'));
  telling.callArrived(call, START_MS);
  telling.callAnswered(call, START_MS);
  const report = createLegReport();
  try {
    const message = await measureUs(telling, () =>
      telling.sipMessage('received', INVITE, 'bench@fake', START_MS),
    );
    const minute = await measureUs(telling, () => telling.legReport(call, report));
    return [
      { name: 'log a SIP message', value: message, unit: 'µs', target: { kind: 'at-most', limit: 10 } },
      { name: 'tell a leg report', value: minute, unit: 'µs' },
    ];
  } finally {
    await telling.stop(START_MS);
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The best of several repetitions, since only disturbances make it slower. */
async function measureUs(telling: Telling, tell: () => void): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    const before = process.cpuUsage();
    for (let round = 0; round < ROUNDS; round++) {
      tell();
      if (round % PER_TICK === PER_TICK - 1) {
        await telling.tick(START_MS);
      }
    }
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / ROUNDS);
  }
  return best;
}
