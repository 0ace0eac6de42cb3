import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseH225 } from '../../signaling/h323/h225.ts';
import { H323Caller, PCMA, PCMU, until } from '../support/h323-caller.ts';
import { type StartedEndpoint, startEndpoint } from '../support/h323-endpoint.ts';
import { GENUINE_CALLS, type GenuineMessage, genuineCall, hasCaptures } from '../support/h323-fixtures.ts';
import { runToEnd } from '../support/running-process.ts';
import { LoopbackCapture } from '../support/tshark.ts';

/** The port by which tshark knows call signaling, on a loopback address of our own. */
const ADDRESS = '127.0.0.77';
const PORT = 1720;
const directory = mkdtempSync(join(tmpdir(), 'carillon-h323-'));
const path = join(directory, 'calls.pcapng');

/** The keys that were pressed in the captures by other ways than RTP. */
const KEYS: Readonly<Record<string, string>> = {
  'fast-separate': '1234567890',
  'gk-proxied': '1234567890',
  q931keypad: '1234567890',
  'separate-nofast': '12345#*',
  'tunnel-fast-h245insetup': '1234567890#',
  'tunnel-fast': '1234567890123',
  'tunnel-nofast': '1234567890',
  'video-h264': '1234567890',
};

let started: StartedEndpoint;
let capture: LoopbackCapture;

beforeAll(async () => {
  if (!hasCaptures)
    console.warn('shared/captures is not here: only what was cut from it earlier is replayed');
  started = await startEndpoint({ address: ADDRESS, port: PORT });
  capture = await LoopbackCapture.start(path, `tcp and host ${ADDRESS}`);
});

afterAll(async () => {
  await started?.endpoint.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** What the caller of a genuine call said, on both its connections. */
function callerMessages(name: string): GenuineMessage[] {
  const messages = genuineCall(name).filter(({ protocol }) => protocol !== 'RAS');
  const source = messages[0]?.source ?? '';
  const host = source.split(':')[0];
  return messages.filter((message) => {
    return message.protocol === 'H.245' ? message.source.startsWith(`${host}:`) : message.source === source;
  });
}

function isSeparate(name: string): boolean {
  return parseH225(callerMessages(name)[0]!.octets).unit?.h245Tunnelling !== true;
}

describe('a genuine call, replayed at port 1720', () => {
  it.each(GENUINE_CALLS)('%s gets to Connect, with channels both ways and its keys', async (name) => {
    const [setup, ...rest] = callerMessages(name);
    const caller = new H323Caller({ address: ADDRESS, port: PORT }, !isSeparate(name), [PCMA, PCMU]);
    const before = started.legs.length;
    caller.send(setup!.octets);
    const recorder = () => started.recorders[before];
    await until(
      'channels both ways',
      () => caller.isReady && caller.media !== null && recorder()?.media.at(-1)?.direction === 'sendrecv',
    );
    expect(caller.types).toContain('connect');
    const keys = () => (recorder()?.digits ?? []).map(({ digit }) => digit).join('');
    for (const { protocol, octets } of rest) {
      const isLast = protocol === 'Q.931' && parseH225(octets).q931.type === 'releaseComplete';
      // The keys of a connection of their own may still be under way.
      if (isLast) await until('the keys', () => keys().length >= (KEYS[name] ?? '').length);
      if (protocol === 'H.245') caller.sendH245(octets);
      else caller.send(octets);
    }
    await until('the end of the call', () => recorder()?.ends.length === 1);
    expect(keys()).toBe(KEYS[name] ?? '');
    expect(recorder()?.ends[0]).toMatchObject({ by: 'remote', reason: 'normal-clearing' });
    expect(started.malformed).toEqual([]);
    caller.close();
  });

  it('is answered without malformed messages and without warnings, as tshark dissects it', async () => {
    // dumpcap writes block by block; what is still in the kernel when it stops is lost.
    await until('the capture to be written', () => statSync(path).size > GENUINE_CALLS.length * 2_000);
    await capture.stop();
    const dissect = async (filter: string) => {
      const finished = await runToEnd('tshark', ['-n', '-r', path, '-Y', filter], 60_000);
      if (finished.exitCode !== 0) throw new Error(`tshark failed: ${finished.stderr}`);
      return finished.stdout.split('\n').filter((line) => line !== '');
    };
    const ours = `ip.src == ${ADDRESS}`;
    expect((await dissect('h225.connect_element')).length).toBe(GENUINE_CALLS.length);
    expect((await dissect('h245.openLogicalChannelAck_element')).length).toBeGreaterThan(
      GENUINE_CALLS.length,
    );
    // Severity 0x600000 is a warning, 0x800000 an error.
    const bad = '_ws.malformed or (h225 or h245 or q931) and _ws.expert.severity >= 0x600000';
    expect(await dissect(`(${ours}) and (${bad})`)).toEqual([]);
  });
});
