import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { H323Endpoint } from '../../signaling/h323/endpoint.ts';
import { G722, H323Caller, PCMA, PCMU, until } from '../support/h323-caller.ts';
import { genuineCall } from '../support/h323-fixtures.ts';
import { runToEnd } from '../support/running-process.ts';
import { LoopbackCapture } from '../support/tshark.ts';

const MEDIA = { rtp: { address: '127.0.0.1', port: 5200 }, rtcp: { address: '127.0.0.1', port: 5201 } };
const ADDRESS = '127.0.0.77';
const directory = mkdtempSync(join(tmpdir(), 'carillon-h323-'));

afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('what we say in calls that begin with genuine Setups', () => {
  it('is dissected by tshark without malformed messages and without warnings', async () => {
    const endpoint = new H323Endpoint(
      {
        // The port by which tshark knows call signaling, on a loopback address of our own.
        address: ADDRESS,
        port: 1720,
        portRange: [0, 0],
        capabilities: { formats: [PCMU, PCMA, G722], packetTimeMs: 20 },
        displayName: 'Meeting',
        productId: 'Carillon',
        versionId: '1',
      },
      {
        onCall: (leg) => {
          leg.ring();
          leg.accept(MEDIA);
        },
        onRefused: () => undefined,
        onMalformed: () => undefined,
      },
    );
    const port = await endpoint.start();
    const path = join(directory, 'calls.pcap');
    const capture = await LoopbackCapture.start(path, `tcp and host ${ADDRESS}`);
    const calls = [
      'tunnel-nofast',
      'tunnel-fast',
      'tunnel-fast-h245insetup',
      'separate-nofast',
      'oo-tunnel',
      'oo-separate',
    ];
    for (const name of calls) {
      const caller = new H323Caller({ address: ADDRESS, port }, !name.includes('separate'), [PCMA, PCMU]);
      caller.send(genuineCall(name)[0]!.octets);
      await until(`${name} to be ready`, () => caller.isReady && caller.media !== null);
      caller.close();
    }
    await endpoint.stop();
    // dumpcap writes block by block; what is still in the kernel when it stops is lost.
    await until('the capture to be written', () => statSync(path).size > calls.length * 2_000);
    await capture.stop();
    const dissect = async (filter: string) => {
      const options = ['-n', '-r', path, '-Y', filter];
      const finished = await runToEnd('tshark', options, 60_000);
      if (finished.exitCode !== 0) throw new Error(`tshark failed: ${finished.stderr}`);
      return finished.stdout.split('\n').filter((line) => line !== '');
    };
    const ours = `ip.src == ${ADDRESS}`;
    expect((await dissect('h225.connect_element')).length).toBe(calls.length);
    expect((await dissect('h245.openLogicalChannelAck_element')).length).toBeGreaterThan(calls.length);
    // Severity 0x600000 is a warning, 0x800000 an error.
    const bad = '_ws.malformed or (h225 or h245 or q931) and _ws.expert.severity >= 0x600000';
    expect(await dissect(`(${ours}) and (${bad})`)).toEqual([]);
  });
});
