import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallDetail, CallSummary } from '../../src/http/service-view.ts';
import { LinphoneCaller } from '../support/linphone.ts';
import { runToEnd } from '../support/running-process.ts';
import { TestService } from '../support/service.ts';
import { LoopbackCapture } from '../support/tshark.ts';

/** Long enough for both sides to have reported once or twice. */
const TALK_MS = 12_000;

let service: TestService;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'carillon-extended-'));
  service = await TestService.start();
});

afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  expect((await service.stop()).exitCode).toBe(0);
});

describe('linphone, asked for and asking for RTCP XR', () => {
  it('and we tell each other how we are heard, and tshark reads ours without complaint', async () => {
    const path = join(folder, 'rtcp.pcapng');
    const capture = await LoopbackCapture.start(path, `udp portrange ${service.mediaPorts.join('-')}`);
    const linphone = new LinphoneCaller({
      toneHz: 440,
      rtpPorts: [20_400, 20_500],
      hasExtendedReports: true,
    });
    try {
      await linphone.call(service.uri('udp'));
      await new Promise((resolve) => setTimeout(resolve, TALK_MS));
      await linphone.hangUp();
    } finally {
      await linphone.close();
    }
    await capture.stop();
    const { calls } = await service.get<{ calls: CallSummary[] }>('/calls');
    const call = await service.waitFor(
      () => service.get<CallDetail>(`/calls/${calls[0]?.id}`),
      ({ legs }) => legs[0]?.minutes.at(-1)?.isFinal === true,
      'the final report',
    );
    const { audio, localRtpPort, minutes } = call.legs[0]!;
    expect(audio?.extendedReports).toEqual({ hasVoipMetrics: true, hasReferenceTime: true });

    const remote = minutes.at(-1)?.sent.remote;
    expect(remote?.voipMetrics).toMatchObject({ lossPercent: 0 });
    expect(remote?.statisticsSummary).toMatchObject({ type: 'statistics-summary' });

    const control = Number(localRtpPort) + 1;
    const dissect = async (filter: string): Promise<string[]> => {
      const rtcp = ['-d', `udp.port==${control},rtcp`];
      const options = ['-n', '-r', path, ...rtcp, '-Y', `udp.srcport == ${control} and (${filter})`];
      const { stdout } = await runToEnd('tshark', options, 60_000);
      return stdout.split('\n').filter((line) => line !== '');
    };
    // The block types of RFC 3611 §4: VoIP Metrics, Receiver Reference Time and the answer to linphone's own.
    for (const blockType of [7, 4, 5]) {
      expect((await dissect(`rtcp.xr.bt == ${blockType}`)).length, `block ${blockType}`).toBeGreaterThan(0);
    }
    expect(await dissect('_ws.malformed or _ws.expert.severity >= 0x600000')).toEqual([]);
  });
});
