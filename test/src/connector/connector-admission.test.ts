import { describe, expect, it } from 'vitest';
import { answering, CONNECTOR_ID, TrunkRig } from '../../support/trunk-rig.ts';

describe('a call that is not let in', () => {
  it('says why in the words of AWS', async () => {
    const rig = new TrunkRig();
    const { heard } = await rig.callOut({ from: '<sip:+14435550123@192.0.2.1>' });
    expect(heard.events).toEqual(['refused 403', 'ended remote remote-rejected']);
    expect(heard.end?.detail).toContain('Caller Id +14435550123 is not valid');
  });

  it('says what trunk.sipStatus is configured to say', async () => {
    const rig = new TrunkRig({
      termination: { callingRegions: ['US'] },
      trunk: { sipStatus: { 'country-not-allowed': 606 } },
    });
    const { heard } = await rig.callOut();
    expect(heard.events[0]).toBe('refused 606');
  });

  it('is throttled beyond cpsLimit, and counted so', async () => {
    const rig = new TrunkRig({ termination: { cpsLimit: 1 } });
    answering(rig.carrier, '192.0.2.3');
    await rig.callOut();
    const { heard } = await rig.callOut();
    expect(heard.events[0]).toBe('refused 503');
    expect(rig.log.slice(-3)).toEqual([
      'attempted Outbound',
      'throttled',
      'refused too-many-calls-per-second 503',
    ]);
  });

  it('is throttled beyond trunk.maxActiveCalls', async () => {
    const rig = new TrunkRig({ trunk: { maxActiveCalls: 1 } });
    answering(rig.carrier, '192.0.2.3');
    await rig.callOut();
    await rig.callOut();
    expect(rig.log.slice(-2)).toEqual(['throttled', 'refused too-many-calls 503']);
  });

  it('is asked for credentials where there are some', async () => {
    const credentials = [{ userName: 'office', password: 'secret' }];
    const rig = new TrunkRig({ termination: { credentials } });
    answering(rig.carrier, '192.0.2.3');
    const without = await rig.callOut();
    expect(without.heard.events[0]).toBe('refused 401');
    const wrong = await rig.callOut({ credentials: { username: 'office', password: 'wrong' } });
    expect(wrong.heard.events[0]).toBe('refused 401');
    const right = await rig.callOut({ credentials: { username: 'office', password: 'secret' } });
    expect(right.heard.events).toContain('confirmed');
    const [call] = rig.calls.active();
    expect(call).toMatchObject({ sipAuthUser: 'office' });
    expect(
      JSON.stringify([...rig.directory.connectors.values()].map(({ definition }) => definition)),
    ).not.toContain('secret');
  });

  it('changes what is asked for with the next call', async () => {
    const rig = new TrunkRig();
    answering(rig.carrier, '192.0.2.3');
    rig.directory.connectors.get(CONNECTOR_ID)?.credentials.put('office', 'secret');
    const { heard } = await rig.callOut();
    expect(heard.events[0]).toBe('refused 401');
  });
});
