import { describe, expect, it } from 'vitest';
import { answering, OFFICE_NUMBER, routeTo, TrunkRig } from '../../support/trunk-rig.ts';

const TRUNK = '192.0.2.2';
const CARRIER = '192.0.2.3';

describe('a call that goes in a circle', () => {
  it('may make one hop fewer on the other side', async () => {
    const rig = new TrunkRig();
    answering(rig.carrier, CARRIER);
    await rig.callOut({ maxForwards: 12 });
    const invite = rig.network.sent.find(({ to, summary }) => to === CARRIER && summary === 'INVITE');
    expect(invite?.message.headers.get('Max-Forwards')).toBe('11');
  });

  it('is refused where it may make no further hop', async () => {
    const rig = new TrunkRig();
    const { heard } = await rig.callOut({ maxForwards: 0 });
    expect(heard.events[0]).toBe('refused 483');
    expect(rig.network.sent.some(({ to }) => to === CARRIER)).toBe(false);
  });

  it('is found as soon as a route leads back to ourselves', async () => {
    const rig = new TrunkRig({
      termination: { cidrAllowedList: ['192.0.2.1/32', `${TRUNK}/32`], routes: [routeTo(TRUNK)] },
    });
    const { heard } = await rig.callOut();
    await rig.settle(1_000);
    expect(heard.events[0]).toBe('refused 482');
    expect(rig.log.filter((line) => line.startsWith('attempted'))).toHaveLength(2);
    expect(rig.log).toContain('refused loop-detected 482');
    await rig.settle(40_000);
    expect(rig.leftovers).toMatchObject({ ports: 0, calls: 0 });
  });

  it('may go out and come in to a number of ours', async () => {
    const rig = new TrunkRig({
      termination: { routes: [routeTo(TRUNK)] },
      trunk: { farEndAllowedList: [`${TRUNK}/32`] },
    });
    answering(rig.pbx, '192.0.2.1');
    const { heard } = await rig.callOut({}, OFFICE_NUMBER);
    await rig.settle(1_000);
    expect(heard.events).toContain('confirmed');
  });
});
