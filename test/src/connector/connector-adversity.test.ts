import { describe, expect, it } from 'vitest';
import { SipResponse } from '../../../signaling/sip/message.ts';
import { serializeMessage } from '../../../signaling/sip/serialize.ts';
import { mediaAt, NOTHING_LEFT } from '../../support/sip-user-agents.ts';
import { answering, refusing, routeTo, TrunkRig } from '../../support/trunk-rig.ts';

const TRUNK = '192.0.2.2';
const CARRIER = '192.0.2.3';
const OTHER = '192.0.2.4';
const CLEAN = { pbx: NOTHING_LEFT, trunk: NOTHING_LEFT, carrier: NOTHING_LEFT, ports: 0, calls: 0 };

describe('a trunk call in bad company', () => {
  it('is refused where the carrier redirects it: redirections are not followed', async () => {
    const rig = new TrunkRig();
    refusing(rig.carrier, 302);
    const { heard } = await rig.callOut();
    expect(heard.events[0]).toBe('refused 480');
    expect(rig.log).toContain('route 192.0.2.3:5060 UDP 302');
    await rig.settle(40_000);
    expect(rig.leftovers).toEqual(CLEAN);
  });

  it('keeps the first of two answers to one INVITE, and ends the other', async () => {
    const rig = new TrunkRig();
    answering(rig.carrier, CARRIER);
    // A proxy there has forked the call: somebody else answers too.
    rig.network.isLost = ({ from, to, message }) => {
      const isAnswer = message instanceof SipResponse && message.cSeq.method === 'INVITE';
      if (!isAnswer || from !== CARRIER || message.statusCode !== 200) return false;
      const forked = Buffer.from(serializeMessage(message))
        .toString('latin1')
        .replace(/^(To: .*;tag=).*$/im, '$1forked')
        .replace(/^(Contact: ).*$/im, `$1<sip:${OTHER}>`);
      queueMicrotask(() => rig.network.post(rig.other.endpoint, to, Buffer.from(forked, 'latin1')));
      return false;
    };
    const { call, heard } = await rig.callOut();
    await rig.settle(1_000);
    const toOther = rig.network.sent.filter(({ from, to }) => from === TRUNK && to === OTHER);
    expect(toOther.map(({ summary }) => summary).slice(0, 2)).toEqual(['ACK', 'BYE']);
    expect(heard.events.filter((event) => event === 'answered')).toHaveLength(1);
    expect(heard.end).toBeNull();
    call.end('normal-clearing');
    await rig.settle(40_000);
    expect(rig.log.filter((line) => line.startsWith('ended'))).toHaveLength(1);
    expect({ ...rig.leftovers, trunk: rig.trunk.leftovers.dialogs }).toEqual({ ...CLEAN, trunk: 0 });
  });

  it('ends on both sides where the PRACK never comes', async () => {
    const rig = new TrunkRig();
    rig.carrier.onCall = (leg) => leg.progress(mediaAt(CARRIER, 20_000));
    rig.network.isLost = ({ summary }) => summary === 'PRACK';
    const { heard } = await rig.callOut({ reliableProvisional: 'required' });
    await rig.settle(33_000);
    expect(heard.end).not.toBeNull();
    expect(rig.carrier.heard[0]?.end?.reason).toBe('caller-canceled');
    expect(rig.log.at(-1)).toMatch(/^refused no-acknowledgement/);
    await rig.settle(80_000);
    expect(rig.leftovers).toEqual(CLEAN);
  });

  it('comes about where a PRACK is lost on its way once', async () => {
    const rig = new TrunkRig();
    let lost = 0;
    rig.network.isLost = ({ summary }) => summary === 'PRACK' && lost++ === 0;
    rig.carrier.onCall = (leg) => leg.progress(mediaAt(CARRIER, 20_000));
    const { heard } = await rig.callOut({ reliableProvisional: 'required' });
    await rig.settle(2_000);
    rig.carrier.calls[0]?.accept(mediaAt(CARRIER, 20_000));
    await rig.settle(1_000);
    expect(heard.events).toContain('confirmed');
  });

  it('stays with a route that is slow, once it has said a word', async () => {
    const rig = new TrunkRig({ termination: { routes: [routeTo(CARRIER, 1), routeTo(OTHER, 2)] } });
    answering(rig.other, OTHER);
    const { heard } = await rig.callOut();
    await rig.settle(20_000);
    expect(rig.other.calls).toEqual([]);
    rig.carrier.calls[0]?.accept(mediaAt(CARRIER, 20_000));
    await rig.settle();
    expect(heard.events).toContain('confirmed');
  });

  it('leaves a route whose word comes too late, and cancels what comes of it', async () => {
    const rig = new TrunkRig({ termination: { routes: [routeTo(CARRIER, 1), routeTo(OTHER, 2)] } });
    answering(rig.carrier, CARRIER);
    answering(rig.other, OTHER);
    let isSilent = true;
    rig.network.isLost = ({ from }) => isSilent && from === CARRIER;
    const { call, heard } = await rig.callOut();
    await rig.settle(4_500);
    expect(heard.events).toContain('confirmed');
    isSilent = false;
    await rig.settle(40_000);
    call.end('normal-clearing');
    await rig.settle(80_000);
    expect(rig.carrier.heard[0]?.end).not.toBeNull();
    expect(rig.log.filter((line) => line.startsWith('ended'))).toHaveLength(1);
    expect(rig.leftovers).toEqual(CLEAN);
  });
});
