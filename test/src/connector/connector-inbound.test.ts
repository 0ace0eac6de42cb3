import { describe, expect, it } from 'vitest';
import { SipRequest } from '../../../signaling/sip/message.ts';
import {
  answering,
  CONNECTOR_ID,
  OFFICE_NUMBER,
  refusing,
  routeTo,
  SECOND_ID,
  STRANGER_NUMBER,
  TrunkRig,
} from '../../support/trunk-rig.ts';

/** The last INVITE that went to an address. */
function inviteTo(rig: TrunkRig, address: string): SipRequest {
  const sent = rig.network.sent.findLast(({ to, summary }) => to === address && summary === 'INVITE');
  if (!(sent?.message instanceof SipRequest)) throw new Error(`no INVITE went to ${address}`);
  return sent.message;
}

describe('a call from a carrier to the telephone system', () => {
  it('looks as customers know it', async () => {
    const rig = new TrunkRig();
    answering(rig.pbx, '192.0.2.1');
    const { heard } = await rig.callIn();
    expect(heard.events).toContain('confirmed');
    const invite = inviteTo(rig, '192.0.2.1');
    expect(invite.requestUri).toBe(`sip:${OFFICE_NUMBER}@192.0.2.1:5060;transport=UDP`);
    expect(invite.headers.get('From')).toMatch(/^<sip:\+4930123456@10\.0\.58\.47:5060>;tag=/);
    expect(invite.headers.get('X-VoiceConnector-ID')).toBe(CONNECTOR_ID);
    expect(invite.headers.get('Record-Route')).toBe('<sip:192.0.2.2:5060;lr;nat=yes>');
    expect(rig.log).toContain(`answered ${STRANGER_NUMBER} ${OFFICE_NUMBER}`);
    // The Record-Route that the telephone system sends back leads to ourselves, and is no way to it.
    const ack = rig.network.sent.findLast(({ from, summary }) => from === '192.0.2.2' && summary === 'ACK');
    expect([ack?.to, ack?.message.headers.has('Route')]).toEqual(['192.0.2.1', false]);
  });

  it.each([500, 503, 408])('goes to the second route after %i', async (sipStatus) => {
    const rig = new TrunkRig({
      origination: { routes: [routeTo('192.0.2.4', 1), routeTo('192.0.2.1', 2)] },
    });
    refusing(rig.other, sipStatus);
    answering(rig.pbx, '192.0.2.1');
    const { heard } = await rig.callIn();
    expect(heard.events).toContain('confirmed');
    expect(rig.log).toContain(`route 192.0.2.4:5060 UDP ${sipStatus}, next`);
  });

  it('goes to the second route when the first is silent', async () => {
    const rig = new TrunkRig({
      origination: { routes: [routeTo('192.0.2.4', 1), routeTo('192.0.2.1', 2)] },
    });
    rig.network.isLost = ({ to }) => to === '192.0.2.4';
    answering(rig.pbx, '192.0.2.1');
    const { heard } = await rig.callIn();
    await rig.settle(3_900);
    expect(heard.events).toEqual([]);
    await rig.settle(200);
    expect(heard.events).toContain('confirmed');
    expect(rig.log).toContain('route 192.0.2.4:5060 UDP no-response, next');
  });

  it('goes to the second route when the first cannot be reached', async () => {
    const rig = new TrunkRig({
      origination: { routes: [routeTo('192.0.2.99', 1), routeTo('192.0.2.1', 2)] },
    });
    answering(rig.pbx, '192.0.2.1');
    const { heard } = await rig.callIn();
    expect(heard.events).toContain('confirmed');
    expect(rig.log).toContain('route 192.0.2.99:5060 UDP transport-failure, next');
  });

  it('takes the word of the telephone system: busy is busy', async () => {
    const rig = new TrunkRig({
      origination: { routes: [routeTo('192.0.2.1', 1), routeTo('192.0.2.4', 2)] },
    });
    refusing(rig.pbx, 486);
    const { heard } = await rig.callIn();
    expect(heard.events[0]).toBe('refused 486');
    expect(rig.other.calls).toHaveLength(0);
  });

  it.each([
    [{ origination: { routes: [] } }, 480],
    [{ origination: { disabled: true } }, 403],
    [{ origination: { routes: [routeTo('192.0.2.99')] } }, 503],
  ])('is refused without a way: %j', async (options, sipStatus) => {
    const rig = new TrunkRig(options);
    const { heard } = await rig.callIn();
    expect(heard.events[0]).toBe(`refused ${sipStatus}`);
  });

  it('moves on to the second connector of a group', async () => {
    const connectors = [
      { id: CONNECTOR_ID, name: 'one', origination: { routes: [routeTo('192.0.2.4')] } },
      { id: SECOND_ID, name: 'two', origination: { routes: [routeTo('192.0.2.1')] } },
    ];
    const items = [
      { voiceConnectorId: SECOND_ID, priority: 2 },
      { voiceConnectorId: CONNECTOR_ID, priority: 1 },
    ];
    const rig = new TrunkRig({
      config: {
        voiceConnectors: connectors,
        voiceConnectorGroups: [{ id: 'both', name: 'both', items }],
        phoneNumbers: [{ number: OFFICE_NUMBER, voiceConnectorGroupId: 'both' }],
      },
    });
    refusing(rig.other, 503);
    answering(rig.pbx, '192.0.2.1');
    const { heard } = await rig.callIn();
    expect(heard.events).toContain('confirmed');
    expect(inviteTo(rig, '192.0.2.1').headers.get('X-VoiceConnector-ID')).toBe(SECOND_ID);
  });
});
