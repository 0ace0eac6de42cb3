import { describe, expect, it } from 'vitest';
import { NOTHING_LEFT } from '../../support/sip-user-agents.ts';
import { TrunkRig } from '../../support/trunk-rig.ts';

const CLEAN = { pbx: NOTHING_LEFT, trunk: NOTHING_LEFT, carrier: NOTHING_LEFT, ports: 0, calls: 0 };
const RECORD_ONLY = { headers: [['X-Voice-Connector-Record-Only', 'true']] } as const;
const recorder = () => new TrunkRig({ connector: { streaming: { disabled: false } } });

describe('a recording session', () => {
  it('is answered, sends nothing, and is written as streams until it ends', async () => {
    const rig = recorder();
    const { call, heard } = await rig.callOut(RECORD_ONLY);
    expect(heard.events).toEqual(['answered', 'media PCMU sendonly', 'confirmed']);
    // No number was dialed: nobody is called.
    expect(rig.carrier.calls).toEqual([]);
    expect(rig.streams.parties).toMatchObject([
      { isCaller: null, recorded: { mediaIndex: 0, metadata: '' } },
    ]);
    call.end('normal-clearing');
    await rig.settle(40_000);
    expect(rig.log).toEqual(['streams  of +12065550100 and +4930123456', 'streams end']);
    expect(rig.leftovers).toEqual(CLEAN);
    expect(rig.calls.activeCount).toBe(0);
  });

  it('is refused where nothing is streamed, and says why', async () => {
    const rig = new TrunkRig();
    const { heard } = await rig.callOut(RECORD_ONLY);
    await rig.settle(40_000);
    expect(heard.events).toContain('refused 403');
    expect(rig.streams.parties).toEqual([]);
    expect(rig.leftovers).toEqual(CLEAN);
  });

  it('that is given up while its ports are being opened keeps none of them', async () => {
    const rig = recorder();
    const { promise, resolve } = Promise.withResolvers<void>();
    rig.media.gate = promise;
    const { call } = await rig.callOut(RECORD_ONLY);
    call.end('normal-clearing');
    await rig.settle(1000);
    resolve();
    await rig.settle(40_000);
    expect(rig.log).toEqual([]);
    expect(rig.leftovers).toEqual(CLEAN);
  });

  it('is told of with the service that stops', async () => {
    const rig = recorder();
    const { heard } = await rig.callOut(RECORD_ONLY);
    const ending = rig.connectorCalls.endAll();
    await rig.settle(1000);
    await ending;
    expect(heard.end).not.toBeNull();
    expect(rig.log.at(-1)).toBe('streams end');
  });
});
