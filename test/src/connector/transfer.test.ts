import { describe, expect, it } from 'vitest';
import { SipHeaders } from '../../../signaling/sip/headers.ts';
import { SipRequest, SipResponse } from '../../../signaling/sip/message.ts';
import { serializeMessage } from '../../../signaling/sip/serialize.ts';
import { mediaAt, NOTHING_LEFT, type Party } from '../../support/sip-user-agents.ts';
import { answering, OFFICE_NUMBER, refusing, routeTo, TrunkRig } from '../../support/trunk-rig.ts';

const PBX = '192.0.2.1';
const TRUNK = '192.0.2.2';
const CARRIER = '192.0.2.3';
const OTHER = '192.0.2.4';
const TARGET = '+4940123456';
const CLEAN = { pbx: NOTHING_LEFT, trunk: NOTHING_LEFT, carrier: NOTHING_LEFT, ports: 0, calls: 0 };

/** Asks, in the dialog that this side has with the trunk, that the target take its place; the answers. */
async function refer(
  rig: TrunkRig,
  party: Party,
  address: string,
  target: string,
  extra: [string, string][] = [],
) {
  const isCaller = party === rig.pbx;
  const message = (from: string, isFound: (message: SipRequest | SipResponse) => boolean) => {
    const sent = rig.network.sent.find((one) => one.from === from && isFound(one.message));
    if (sent === undefined) throw new Error(`${from} has not sent it`);
    return sent.message;
  };
  const isInvite = (it: unknown) => it instanceof SipRequest && it.method === 'INVITE';
  const isAnswer = (it: unknown) =>
    it instanceof SipResponse && it.statusCode === 200 && it.cSeq.method === 'INVITE';
  const invite = message(isCaller ? address : TRUNK, (it) => isInvite(it) && (isCaller || it.callId !== ''));
  const own = isCaller ? invite : message(address, isAnswer);
  const answer = message(isCaller ? TRUNK : address, (it) => isAnswer(it) && it.callId === own.callId);
  const theirs = isCaller ? answer : message(TRUNK, (it) => isInvite(it) && it.callId === own.callId);
  const headers = new SipHeaders();
  headers.append('Max-Forwards', '70');
  headers.append('From', (isCaller ? invite.headers.get('From') : answer.headers.get('To')) ?? '');
  headers.append('To', (isCaller ? answer.headers.get('To') : theirs.headers.get('From')) ?? '');
  headers.append('Call-ID', own.callId);
  headers.append('CSeq', `${isCaller ? invite.cSeq.sequenceNumber + 1 : 1} REFER`);
  headers.append('Contact', `<sip:${address}>`);
  headers.append('Refer-To', target);
  for (const [name, value] of extra) headers.append(name, value);
  const uri = /<(.*)>/.exec(theirs.headers.get('Contact') ?? '')?.[1] ?? '';
  const answers: number[] = [];
  party.transactions.request(new SipRequest('REFER', uri, headers), party.endpoint.flowFor(TRUNK), {
    onResponse: ({ statusCode }) => answers.push(statusCode),
    onTimeout: () => answers.push(408),
    onTransportError: () => answers.push(503),
  });
  await rig.settle();
  return answers;
}

/** What the NOTIFYs to a side said. */
function news(rig: TrunkRig, address: string): string[] {
  return rig.network.sent
    .filter(({ to, summary }) => to === address && summary === 'NOTIFY')
    .map(({ message }) => {
      const status = /^SIP\/2\.0 (\d+)/.exec(Buffer.from(message.body).toString())?.[1] ?? '';
      return `${status} ${message.headers.get('Subscription-State')?.split(';')[0]}`;
    });
}

/** A call out, with a second carrier that takes the calls to the target. */
async function talking(termination: Readonly<Record<string, unknown>> = {}) {
  const rig = new TrunkRig({ termination });
  answering(rig.carrier, CARRIER);
  const { call, heard } = await rig.callOut();
  return { rig, call, heard };
}

describe('REFER within a trunk call', () => {
  it('is followed: the target takes the place of whoever asked', async () => {
    const { rig, heard } = await talking();
    answering(rig.carrier, CARRIER);
    expect(await refer(rig, rig.pbx, PBX, `<sip:${TARGET}@elsewhere.invalid>`)).toEqual([202]);
    await rig.settle(100);
    expect(news(rig, PBX)).toEqual(['100 active', '180 active', '200 terminated']);
    expect(heard.end).toMatchObject({ by: 'remote', reason: 'normal-clearing' });
    const [stays, target] = rig.carrier.calls;
    expect(target?.called.user).toBe(TARGET);
    expect(target?.calling.user).toBe(OFFICE_NUMBER);
    expect(rig.log.some((line) => line.startsWith('ended'))).toBe(false);
    target?.hold(true);
    await rig.settle();
    expect(rig.carrier.heard[0]?.events.at(-1)).toBe('media PCMU recvonly');
    stays?.end('normal-clearing');
    await rig.settle(40_000);
    expect(rig.carrier.heard[1]?.end).toMatchObject({ by: 'remote', reason: 'normal-clearing' });
    expect(rig.log.at(-1)).toBe('ended normal-clearing');
    expect(rig.leftovers).toEqual(CLEAN);
  });

  it('goes on when whoever asked hangs up before the target answers', async () => {
    const { rig, call } = await talking();
    rig.carrier.onCall = (leg) => leg.ring();
    await refer(rig, rig.pbx, PBX, `<sip:${TARGET}@x.invalid>`);
    call.end('normal-clearing');
    await rig.settle(1_000);
    expect(rig.log.some((line) => line.startsWith('ended'))).toBe(false);
    rig.carrier.calls[1]?.accept(mediaAt(CARRIER, 22_000));
    await rig.settle();
    rig.carrier.calls[1]?.end('normal-clearing');
    await rig.settle(40_000);
    expect(rig.carrier.heard[0]?.end).toMatchObject({ by: 'remote' });
    expect(rig.leftovers).toEqual(CLEAN);
  });

  it('ends the call where nobody is left: asked, gone, and the target busy', async () => {
    const { rig, call } = await talking();
    rig.carrier.onCall = (leg) => leg.ring();
    await refer(rig, rig.pbx, PBX, `<sip:${TARGET}@x.invalid>`);
    call.end('normal-clearing');
    await rig.settle();
    refusing(rig.carrier, 486);
    rig.carrier.calls[1]?.end('normal-clearing');
    await rig.settle(40_000);
    expect(rig.carrier.heard[0]?.end).toMatchObject({ by: 'remote' });
    expect(rig.leftovers).toEqual(CLEAN);
  });

  it('leaves the call as it was where the target is busy', async () => {
    const { rig, call, heard } = await talking();
    refusing(rig.carrier, 486);
    await refer(rig, rig.pbx, PBX, `<sip:${TARGET}@x.invalid>`);
    await rig.settle(100);
    expect(news(rig, PBX)).toEqual(['100 active', '486 terminated']);
    expect(heard.end).toBeNull();
    call.hold(true);
    await rig.settle();
    expect(rig.carrier.heard[0]?.events.at(-1)).toBe('media PCMU recvonly');
  });

  it('gives up the target when the side that was to stay hangs up', async () => {
    const { rig, heard } = await talking();
    rig.carrier.onCall = (leg) => leg.ring();
    await refer(rig, rig.pbx, PBX, `<sip:${TARGET}@x.invalid>`);
    rig.carrier.calls[0]?.end('normal-clearing');
    await rig.settle(40_000);
    expect(heard.end).not.toBeNull();
    expect(rig.carrier.heard[1]?.end?.reason).toBe('caller-canceled');
    expect(rig.leftovers).toEqual(CLEAN);
  });

  it('rings a number of ours where the far end asks for one', async () => {
    const { rig } = await talking();
    answering(rig.pbx, PBX);
    expect(await refer(rig, rig.carrier, CARRIER, `<sip:${OFFICE_NUMBER}@x.invalid>`)).toEqual([202]);
    await rig.settle(100);
    expect(news(rig, CARRIER).at(-1)).toBe('200 terminated');
    expect(rig.pbx.calls[0]?.called.user).toBe(OFFICE_NUMBER);
    expect(rig.carrier.heard[0]?.end).toMatchObject({ by: 'remote' });
    rig.pbx.calls[0]?.end('normal-clearing');
    await rig.settle(40_000);
    expect(rig.leftovers).toEqual(CLEAN);
  });

  it('sends no news where none are wanted (RFC 4488)', async () => {
    const { rig } = await talking();
    await refer(rig, rig.pbx, PBX, `<sip:${TARGET}@x.invalid>`, [['Refer-Sub', 'false']]);
    await rig.settle(100);
    expect(news(rig, PBX)).toEqual([]);
  });

  it.each([
    ['no number', '<sip:nobody@x.invalid>', 404],
    ['a country that may not be called', '<sip:+81312345678@x.invalid>', 403],
    ['a call it has already', `<sip:${TARGET}@x.invalid?Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3Dc>`, 603],
    ['no URI at all', 'nowhere', 400],
  ])('is refused where it names %s', async (_, target, status) => {
    const { rig, heard } = await talking({ callingRegions: ['DE'] });
    expect(await refer(rig, rig.pbx, PBX, target)).toEqual([status]);
    expect(news(rig, PBX)).toEqual([]);
    expect(heard.end).toBeNull();
  });

  it('is refused by the far end that would call strangers, and where transfers are refused', async () => {
    const { rig } = await talking();
    expect(await refer(rig, rig.carrier, CARRIER, `<sip:${TARGET}@x.invalid>`)).toEqual([403]);
    const strict = new TrunkRig({ trunk: { transfers: 'refuse' } });
    answering(strict.carrier, CARRIER);
    await strict.callOut();
    expect(await refer(strict, strict.pbx, PBX, `<sip:${TARGET}@x.invalid>`)).toEqual([603]);
  });

  it('tells no side an address of another', async () => {
    const rig = new TrunkRig({ termination: { routes: [routeTo(CARRIER, 1), routeTo(OTHER, 2)] } });
    answering(rig.carrier, CARRIER);
    answering(rig.other, OTHER);
    await rig.callOut();
    refusing(rig.carrier, 503);
    await refer(rig, rig.pbx, PBX, `<sip:${TARGET}@${PBX};x=1>`, [['Referred-By', `<sip:boss@${PBX}>`]]);
    await rig.settle(5_000);
    expect(rig.other.calls).toHaveLength(1);
    const said = (to: string) =>
      rig.network.sent
        .filter((one) => one.to === to && one.from === TRUNK)
        .map(({ message }) => Buffer.from(serializeMessage(message)).toString())
        .join('\n');
    for (const address of [PBX, CARRIER]) expect(said(OTHER)).not.toContain(address);
    for (const address of [OTHER, CARRIER]) expect(said(PBX)).not.toContain(address);
    for (const address of [OTHER, PBX]) expect(said(CARRIER)).not.toContain(address);
  });
});
