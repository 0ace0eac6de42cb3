import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../media/impairment/random.ts';
import { CAPABILITIES, mediaAt, NOTHING_LEFT } from '../../support/sip-user-agents.ts';
import { answering, OFFICE_NUMBER, refusing, STRANGER_NUMBER, TrunkRig } from '../../support/trunk-rig.ts';

const CLEAN = { pbx: NOTHING_LEFT, trunk: NOTHING_LEFT, carrier: NOTHING_LEFT, ports: 0, calls: 0 };

describe('a call from the telephone system to a carrier', () => {
  it('rings, is answered, and ends with the BYE of either side', async () => {
    const rig = new TrunkRig();
    answering(rig.carrier, '192.0.2.3');
    const { call, heard } = await rig.callOut();
    expect(heard.events).toEqual(['progress 180', 'answered', 'media PCMU sendrecv', 'confirmed']);
    call.end('normal-clearing');
    await rig.settle(40_000);
    expect(rig.carrier.heard[0]?.end).toMatchObject({ by: 'remote', reason: 'normal-clearing' });
    expect(rig.log).toEqual([
      'attempted Outbound',
      'ringing',
      `answered ${OFFICE_NUMBER} ${STRANGER_NUMBER}`,
      'report customer final',
      'report remote final',
      'ended normal-clearing',
    ]);
    expect(rig.leftovers).toEqual(CLEAN);
  });

  it('ends when the carrier hangs up', async () => {
    const rig = new TrunkRig();
    answering(rig.carrier, '192.0.2.3');
    const { heard } = await rig.callOut();
    rig.carrier.calls[0]?.end('normal-clearing');
    await rig.settle(40_000);
    expect(heard.end).toMatchObject({ by: 'remote', reason: 'normal-clearing' });
    expect(rig.leftovers).toEqual(CLEAN);
  });

  it('relays packets where both sides have the codec in common', async () => {
    const rig = new TrunkRig();
    answering(rig.carrier, '192.0.2.3');
    await rig.callOut();
    const [id] = rig.calls.active().map((call) => call.id);
    expect(rig.media.log).toEqual([
      `open ${id}-customer in ${id}`,
      `open ${id}-remote in ${id}`,
      `update ${id}-remote sendrecv`,
      `relay ${id}-customer to ${id}-remote`,
      `relay ${id}-remote to ${id}-customer`,
      `update ${id}-customer sendrecv`,
      `leave ${id}-customer`,
      `leave ${id}-remote`,
    ]);
  });

  const only = (name: string) => ({
    ...CAPABILITIES,
    formats: CAPABILITIES.formats.filter(({ encodingName }) => encodingName === name),
  });

  it('asks for the codec of the caller, so that nothing need be decoded', async () => {
    const rig = new TrunkRig();
    answering(rig.carrier, '192.0.2.3');
    await rig.callOut({ capabilities: only('PCMA') });
    expect(rig.carrier.heard[0]?.events).toContain('media PCMA sendrecv');
  });

  it('decodes and mixes where there is none in common', async () => {
    const rig = new TrunkRig({ carrier: { capabilities: only('PCMU') } });
    answering(rig.carrier, '192.0.2.3');
    const { heard } = await rig.callOut({ capabilities: only('PCMA') });
    expect(heard.events).toContain('media PCMA sendrecv');
    const [id] = rig.calls.active().map((call) => call.id);
    expect(rig.media.log).toContain(`join ${id}-customer`);
    expect(rig.media.log).toContain(`relay ${id}-customer to null`);
  });

  it.each([486, 404, 603, 480, 500, 503])('is refused with the %i of the carrier', async (sipStatus) => {
    const rig = new TrunkRig();
    refusing(rig.carrier, sipStatus);
    const { heard } = await rig.callOut();
    expect(heard.events.at(-2)).toBe(`refused ${sipStatus}`);
    await rig.settle(40_000);
    expect(rig.leftovers).toEqual(CLEAN);
  });

  it('cancels the carrier when the telephone system cancels', async () => {
    const rig = new TrunkRig();
    rig.carrier.onCall = (leg) => leg.ring();
    const { call } = await rig.callOut();
    call.end('normal-clearing');
    await rig.settle(40_000);
    expect(rig.carrier.heard[0]?.end?.reason).toBe('caller-canceled');
    expect(rig.log.at(-1)).toBe('refused caller-canceled 487');
    expect(rig.leftovers).toEqual(CLEAN);
  });

  it('carries early media before the answer', async () => {
    const rig = new TrunkRig();
    rig.carrier.onCall = (leg) => leg.progress(mediaAt('192.0.2.3', 20_000));
    const { heard } = await rig.callOut();
    expect(heard.events).toEqual(['media PCMU sendrecv', 'progress 183']);
    rig.carrier.calls[0]?.accept(mediaAt('192.0.2.3', 20_000));
    await rig.settle();
    expect(heard.events.at(-1)).toBe('confirmed');
  });

  it('acknowledges reliable provisional responses on both sides', async () => {
    const rig = new TrunkRig();
    rig.carrier.onCall = (leg) => leg.progress(mediaAt('192.0.2.3', 20_000));
    await rig.callOut({ reliableProvisional: 'required' });
    rig.carrier.calls[0]?.accept(mediaAt('192.0.2.3', 20_000));
    await rig.settle();
    const prack = rig.network.sent.filter(({ summary }) => summary === 'PRACK');
    expect(prack.map(({ from, to }) => `${from} ${to}`)).toEqual(['192.0.2.1 192.0.2.2']);
    expect(rig.log.at(-1)).toContain('answered');
  });

  it('takes a call without an offer', async () => {
    const rig = new TrunkRig();
    answering(rig.carrier, '192.0.2.3');
    const { heard } = await rig.callOut({ hasOffer: false });
    expect(heard.events).toContain('media PCMU sendrecv');
    expect(rig.media.log.filter((line) => line.startsWith('relay'))).toHaveLength(2);
  });

  it('carries hold and resume across, both ways', async () => {
    const rig = new TrunkRig();
    answering(rig.carrier, '192.0.2.3');
    const { call, heard } = await rig.callOut();
    call.hold(true);
    await rig.settle();
    expect(rig.carrier.heard[0]?.events.at(-1)).toBe('media PCMU recvonly');
    call.hold(false);
    await rig.settle();
    expect(rig.carrier.heard[0]?.events.at(-1)).toBe('media PCMU sendrecv');
    rig.carrier.calls[0]?.hold(true);
    await rig.settle();
    expect(heard.events.at(-1)).toBe('media PCMU recvonly');
    rig.carrier.calls[0]?.hold(false);
    await rig.settle();
    expect(heard.events.at(-1)).toBe('media PCMU sendrecv');
  });

  it('settles a change from both sides at once (glare)', async () => {
    const rig = new TrunkRig();
    answering(rig.carrier, '192.0.2.3');
    const { call, heard } = await rig.callOut();
    call.hold(true);
    rig.carrier.calls[0]?.hold(true);
    await rig.settle(10_000);
    expect([heard.events.at(-1), rig.carrier.heard[0]?.events.at(-1)]).toEqual([
      'media PCMU inactive',
      'media PCMU inactive',
    ]);
  });

  it('carries the keys of INFO across', async () => {
    const rig = new TrunkRig();
    answering(rig.carrier, '192.0.2.3');
    const { call, heard } = await rig.callOut();
    call.sendDigit({ digit: '7', durationMs: 160 }, () => undefined);
    await rig.settle();
    rig.carrier.calls[0]?.sendDigit({ digit: '#', durationMs: 100 }, () => undefined);
    await rig.settle();
    expect(rig.carrier.heard[0]?.digits).toMatchObject([{ digit: '7', source: 'sip-info' }]);
    expect(heard.digits).toMatchObject([{ digit: '#' }]);
  });

  it('survives BYE crossing BYE', async () => {
    const rig = new TrunkRig();
    answering(rig.carrier, '192.0.2.3');
    const { call } = await rig.callOut();
    call.end('normal-clearing');
    rig.carrier.calls[0]?.end('normal-clearing');
    await rig.settle(40_000);
    expect(rig.log.filter((line) => line.startsWith('ended'))).toHaveLength(1);
    expect(rig.leftovers).toEqual(CLEAN);
  });

  it('ends an answer that crosses the CANCEL', async () => {
    const rig = new TrunkRig();
    rig.carrier.onCall = (leg) => leg.ring();
    const { call } = await rig.callOut();
    rig.carrier.calls[0]?.accept(mediaAt('192.0.2.3', 20_000));
    call.end('normal-clearing');
    await rig.settle(40_000);
    expect(rig.leftovers).toEqual(CLEAN);
  });

  it('ends both legs, with a Reason, when nobody acknowledges our 200', async () => {
    const rig = new TrunkRig();
    answering(rig.carrier, '192.0.2.3');
    rig.network.isLost = ({ from, summary }) => from === '192.0.2.1' && summary === 'ACK';
    await rig.callOut();
    await rig.settle(33_000);
    const bye = rig.network.sent.find(({ to, summary }) => to === '192.0.2.1' && summary === 'BYE');
    expect(bye?.message.headers.get('Reason')).toBe('SIP;cause=200;text="ACK timeout"');
    expect(rig.log.at(-1)).toBe('ended no-acknowledgement');
    await rig.settle(40_000);
    expect(rig.leftovers).toEqual(CLEAN);
  });

  it('ends both legs when the carrier dies and its session timer runs out', async () => {
    const rig = new TrunkRig();
    answering(rig.carrier, '192.0.2.3');
    const { call, heard } = await rig.callOut();
    rig.network.isLost = ({ from, to }) => from === '192.0.2.3' || to === '192.0.2.3';
    call.hold(true);
    await rig.settle(70_000);
    expect(heard.end).not.toBeNull();
    expect({ ...rig.leftovers, carrier: NOTHING_LEFT }).toEqual(CLEAN);
  });

  it('comes through a network that loses every tenth message', async () => {
    const rig = new TrunkRig();
    answering(rig.carrier, '192.0.2.3');
    const random = seededRandom(3);
    rig.network.isLost = () => random() < 0.1;
    const calls = [];
    for (let count = 0; count < 20; count++) calls.push(await rig.callOut());
    await rig.settle(10_000);
    expect(calls.map(({ heard }) => heard.events.includes('confirmed'))).toEqual(calls.map(() => true));
    for (const { call } of calls) call.end('normal-clearing');
    await rig.settle(80_000);
    expect(rig.leftovers).toEqual(CLEAN);
    expect(rig.log.filter((line) => line.startsWith('ended'))).toHaveLength(20);
  });
});
