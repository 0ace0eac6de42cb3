import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rasMessage } from '../../signaling/h323/ras/ras-message.ts';
import { runCall } from '../support/caller.ts';
import { TestGatekeeper } from '../support/h323-gatekeeper.ts';
import { runToEnd } from '../support/running-process.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { LoopbackCapture } from '../support/tshark.ts';

/** On the port by which tshark knows RAS, at an address of its own. */
const ADDRESS = '127.0.0.78';
const PORT = 1719;
const NEW_MEETING = '2222222222';
const folder = mkdtempSync(join(tmpdir(), 'carillon-gatekeeper-'));
const path = join(folder, 'ras.pcapng');
let gatekeeper: TestGatekeeper;
let capture: LoopbackCapture;
let service: TestService;

beforeAll(async () => {
  gatekeeper = await TestGatekeeper.open(ADDRESS, PORT);
  // A keep-alive each second.
  gatekeeper.timeToLiveSeconds = 2;
  capture = await LoopbackCapture.start(path, `udp and host ${ADDRESS}`);
  service = await TestService.start({
    settings: { h323: { enabled: true, port: 0, gatekeeper: { host: ADDRESS, aliases: ['Carillon'] } } },
  });
  await service.waitFor(
    async () => gatekeeper.aliases,
    (aliases) => aliases.includes(MEETING_ID),
    'the registration',
  );
});

afterAll(async () => {
  await service?.stop();
  gatekeeper?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** As a room behind the gatekeeper does: asks where the alias is, and calls there. */
function dial(alias: string, ...words: readonly string[]) {
  const place = gatekeeper.resolve(alias);
  if (place === null) throw new Error(`nobody has registered ${alias}`);
  return runCall(['--h323', '--minimum-mos', '1', ...words, `${alias}@${place.address}:${place.port}`]);
}

describe('behind a gatekeeper', () => {
  it('a room dials a meeting by its ID, which is asked and told about', async () => {
    expect(gatekeeper.aliases).toEqual(['Carillon', MEETING_ID]);
    const { exitCode, call } = await dial(MEETING_ID, '--duration', '0.5', '--dtmf', '7');
    expect([exitCode, call!.reasons]).toEqual([0, [expect.stringContaining('Answered')]]);
    expect(gatekeeper.all('admissionRequest')).toMatchObject([
      { answerCall: true, destinationInfo: [{ choice: 'dialledDigits', value: MEETING_ID }] },
    ]);
    const { digits } = await service.callOf(call!.remoteCallId);
    expect(digits.map(({ digit }) => digit)).toEqual(['7']);
    await service.waitFor(
      async () => gatekeeper.all('disengageRequest'),
      (told) => told.length === 1,
      'the end to be told',
    );
    const [request] = gatekeeper.all('disengageRequest');
    expect(Buffer.from(request!.callIdentifier!.guid).toString('hex')).toBe(call!.remoteCallId);
  });

  it('a meeting made later can be dialed, too', async () => {
    expect(gatekeeper.resolve(NEW_MEETING)).toBeNull();
    const made = await service.post('/meetings', { id: NEW_MEETING });
    expect(made.statusCode).toBe(201);
    await service.waitFor(
      async () => gatekeeper.resolve(NEW_MEETING),
      (place) => place !== null,
      'the new alias',
    );
    expect((await dial(NEW_MEETING, '--duration', '0.3')).exitCode).toBe(0);
  });

  it('a call that the gatekeeper refuses is refused with cause 21', async () => {
    gatekeeper.policy = ({ choice, value: { requestSeqNum } }) =>
      choice === 'admissionRequest'
        ? rasMessage('admissionReject', {
            requestSeqNum,
            rejectReason: { choice: 'requestDenied', value: null },
          })
        : undefined;
    const { call, exitCode } = await dial(MEETING_ID, '--expect', '21');
    expect([exitCode, call!.status]).toEqual([0, 21]);
    gatekeeper.policy = () => undefined;
    // The log is written a tenth of a second behind.
    await service.waitFor(
      async () => service.output,
      (output) => output.includes('The gatekeeper refuses the call: requestDenied.'),
      'the line of the log that says why',
    );
  });

  it('is kept alive, and says in /status when the gatekeeper lets go', async () => {
    await service.waitFor(
      async () => gatekeeper.all('registrationRequest').filter(({ keepAlive }) => keepAlive),
      (kept) => kept.length >= 2,
      'keep-alives',
    );
    expect((await service.fetch('/metrics')).text).toContain('\ncarillon_h323_registered 1\n');
    gatekeeper.policy = ({ choice, value: { requestSeqNum } }) =>
      choice === 'gatekeeperRequest'
        ? rasMessage('gatekeeperReject', {
            requestSeqNum,
            protocolIdentifier: '0.0.8.2250.0.7',
            rejectReason: { choice: 'resourceUnavailable', value: null },
          })
        : undefined;
    gatekeeper.say(rasMessage('unregistrationRequest', { requestSeqNum: 1, callSignalAddress: [] }));
    const { health, problems } = await service.waitFor(
      () => service.status(),
      (status) => status.problems.some((problem) => problem.includes('resourceUnavailable')),
      'the problem',
    );
    expect([health, problems]).toEqual([
      'degraded',
      ['The gatekeeper has not registered us: it refuses: resourceUnavailable.'],
    ]);
    expect((await service.fetch('/metrics')).text).toContain('\ncarillon_h323_registered 0\n');
    gatekeeper.policy = () => undefined;
  });

  it('everything it said is dissected by tshark without malformed messages and without warnings', async () => {
    await service.stop();
    await capture.stop();
    const dissect = async (filter: string) => {
      const finished = await runToEnd('tshark', ['-n', '-r', path, '-Y', filter], 60_000);
      return finished.stdout.split('\n').filter((line) => line !== '');
    };
    const ours = `udp.dstport == ${PORT}`;
    const bad = '_ws.malformed or _ws.expert.severity >= 0x600000';
    expect((await dissect(`${ours} and h225.RasMessage`)).length).toBeGreaterThan(8);
    expect(await dissect(`${ours} and (${bad})`)).toEqual([]);
  });
});
