import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { type CapturedPacket, HomerCollector } from '../support/homer.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { TestCaller } from '../support/test-caller.ts';

const HEARING_MS = 7000;
const HEP_COUNTER = /^carillon_hep_packets_total\{result="(\w+)"\} (\d+)$/gm;

let service: TestService;
let homer: HomerCollector | null = null;

afterEach(async () => {
  await homer?.stop();
  homer = null;
  expect((await service.stop()).exitCode).toBe(0);
});

const settingsOf = (port: number) => ({
  metrics: { sinks: { hep: { host: '127.0.0.1', port, captureAgentId: 4711, password: 'homer-key' } } },
  media: { rtcpExtendedReports: 'always' },
});

async function talk(): Promise<TestCaller> {
  const caller = await TestCaller.join(service.target('UDP'), MEETING_ID);
  caller.talk(440);
  return caller;
}

async function counters(): Promise<Record<string, number>> {
  const { text } = await service.fetch('/metrics');
  return Object.fromEntries(
    [...text.matchAll(HEP_COUNTER)].map(([, result, value]) => [result, Number(value)]),
  );
}

describe('export to Homer (HEP3)', () => {
  it('shows a collector SIP, RTCP and the quality of a call, all under its Call-ID', async () => {
    homer = await HomerCollector.start();
    const collector = homer;
    service = await TestService.start({ settings: settingsOf(homer.port) });
    const caller = await talk();
    const { callId } = caller;
    // RFC 3550 §6.2: the first report comes after half of five seconds, give or take half.
    await new Promise((resolve) => setTimeout(resolve, HEARING_MS));
    await caller.hangUp();
    caller.close();
    const ofCall = (): CapturedPacket[] =>
      collector.packets.filter(({ fields }) => fields['correlation'] === callId);
    const packets = await service.waitFor(
      async () => ofCall(),
      (found) => found.some(({ fields }) => fields['type'] === '35'),
      'the quality report',
    );
    for (const { fields } of packets) {
      expect(fields).toMatchObject({
        version: '3',
        family: '2',
        protocol: '17',
        agent: '4711',
        key: 'homer-key',
      });
      expect(Math.abs(Number(fields['seconds']) - Date.now() / 1000)).toBeLessThan(60);
    }

    const sip = packets.filter(({ fields }) => fields['type'] === '1');
    const startLines = sip.map(({ payload }) => payload.split('\r\n')[0]);
    expect(startLines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^INVITE sip:/),
        'SIP/2.0 200 OK',
        expect.stringMatching(/^ACK /),
        expect.stringMatching(/^BYE /),
      ]),
    );
    const invite = sip.find(({ payload }) => payload.startsWith('INVITE'));
    expect(invite?.fields).toMatchObject({
      source: '127.0.0.1',
      destination: '127.0.0.1',
      destinationPort: String(service.port('UDP')),
    });

    const rtcp = packets.filter(({ fields }) => fields['type'] === '5');
    const [sent] = rtcp.map(({ payload }) => JSON.parse(payload)).filter(({ type }) => type === 200);
    expect(sent).toMatchObject({
      report_count: 1,
      report_blocks: [{ fraction_lost: 0, packets_lost: 0 }],
      report_blocks_xr: { type: 7, fraction_lost: 0 },
      sdes_information: [{ type: 1 }],
    });
    expect(sent.sender_information.packets).toBeGreaterThan(50);

    const [report] = packets.filter(({ fields }) => fields['type'] === '35');
    expect(report?.payload).toMatch(/^VQSessionReport: CallTerm\r\nCallID: /);
    expect(report?.payload).toMatch(/MOSLQ=4\.[0-4]/);
    expect(await counters()).toMatchObject({ dropped: 0 });
  });

  it('costs no call where nobody listens, says so once, and takes up again', async () => {
    const port = await freePort();
    service = await TestService.start({ settings: settingsOf(port) });
    const callers = [await talk(), await talk()];
    await service.waitFor(
      () => service.get<{ problems: string[] }>('/status'),
      ({ problems }) => problems.some((problem) => problem.startsWith(`Homer at 127.0.0.1:${port}`)),
      'the problem in /status',
    );
    await new Promise((resolve) => setTimeout(resolve, 1000));
    homer = await HomerCollector.start(port);
    await callers[0]?.hangUp();
    await callers[1]?.hangUp();
    for (const caller of callers) caller.close();
    const collector = homer;
    await service.waitFor(
      async () => collector.packets,
      (found) => found.filter(({ fields }) => fields['type'] === '35').length === 2,
      'the reports of both calls',
    );
    await service.waitFor(
      async () => service.output.match(/Homer cannot be reached/g) ?? [],
      (lines) => lines.length === 1,
      'one line in the log',
    );
    const { sent = 0, dropped = 0 } = await counters();
    expect(sent).toBeGreaterThan(0);
    expect(dropped).toBeGreaterThan(0);
  });
});
