import { describe, expect, it } from 'vitest';
import type { FaxRequest, PeerRequest } from '../../../signaling/call-leg.ts';
import type { FaxDescription } from '../../../signaling/session-description.ts';
import { serializeMessage } from '../../../signaling/sip/serialize.ts';
import { TalkBridge } from '../../../src/connector/talk-bridge.ts';
import { TrunkMedia } from '../../../src/connector/trunk-media.ts';
import { FakeMediaEngine } from '../../support/fake-media-engine.ts';
import { Heard, mediaAt, NOTHING_LEFT } from '../../support/sip-user-agents.ts';
import { answering, TrunkRig } from '../../support/trunk-rig.ts';

const PBX = '192.0.2.1';
const TRUNK = '192.0.2.2';
const CARRIER = '192.0.2.3';
const PARAMETERS = ['T38FaxVersion:0', 'T38MaxBitRate:14400', 'T38FaxUdpEC:t38UDPRedundancy'];

const faxAt = (address: string, port: number): FaxDescription => ({
  remote: { address, port },
  parameters: PARAMETERS,
});

/** What a side that knows fax is asked. */
class FaxHeard extends Heard {
  readonly requests: FaxRequest[] = [];

  onRequest(request: PeerRequest): void {
    if (request.kind === 'fax') this.requests.push(request);
  }
}

async function talking() {
  const rig = new TrunkRig();
  const carrier = new FaxHeard();
  const pbx = new FaxHeard();
  rig.carrier.onCall = (leg) => {
    leg.listen(carrier);
    leg.ring();
    leg.accept(mediaAt(CARRIER, 20_000));
  };
  const { call } = await rig.callOut();
  call.listen(pbx);
  return { rig, call, carrier, pbx };
}

/** The carrier asks for fax; what came of it is in `answers`. */
async function offered(rig: TrunkRig) {
  const answers: (FaxDescription | number)[] = [];
  rig.carrier.calls[0]?.offerFax(faxAt(CARRIER, 21_000), (answer) => answers.push(answer));
  await rig.settle();
  return answers;
}

describe('fax by T.38', () => {
  it('is offered to the other side as it was, and relayed as it is', async () => {
    const { rig, pbx } = await talking();
    const answers = await offered(rig);
    expect(pbx.requests[0]?.description).toEqual({
      remote: { address: TRUNK, port: 10_000 },
      parameters: PARAMETERS,
    });
    expect(answers).toEqual([]);
    pbx.requests[0]?.accept(faxAt(PBX, 11_000));
    await rig.settle();
    expect(answers).toEqual([{ remote: { address: TRUNK, port: 10_000 }, parameters: PARAMETERS }]);
    const [id] = rig.calls.active().map((call) => call.id);
    expect(rig.media.log.slice(-6)).toEqual([
      `update ${id}-customer inactive`,
      `relay ${id}-customer to ${id}-remote`,
      `datagrams ${id}-customer 11000`,
      `update ${id}-remote inactive`,
      `relay ${id}-remote to ${id}-customer`,
      `datagrams ${id}-remote 21000`,
    ]);
  });

  it('gives way to sound again when either side asks for it', async () => {
    const { rig, pbx, carrier, call } = await talking();
    await offered(rig);
    pbx.requests[0]?.accept(faxAt(PBX, 11_000));
    await rig.settle();
    call.hold(false);
    await rig.settle();
    expect(carrier.events.at(-1)).toBe('media PCMU sendrecv');
    expect(pbx.events.at(-1)).toBe('media PCMU sendrecv');
    const [id] = rig.calls.active().map((each) => each.id);
    expect(rig.media.log.filter((line) => line.startsWith('datagrams')).slice(-2)).toEqual([
      `datagrams ${id}-customer none`,
      `datagrams ${id}-remote none`,
    ]);
    expect(rig.media.log.slice(-2)).toEqual([`leave ${id}-remote`, `update ${id}-remote sendrecv`]);
  });

  it('is refused with what the other side refuses it with, and the sound goes on', async () => {
    const { rig, pbx, call } = await talking();
    const answers = await offered(rig);
    pbx.requests[0]?.refuse(606);
    await rig.settle();
    expect(answers).toEqual([606]);
    call.hold(true);
    await rig.settle();
    expect(rig.log.some((line) => line.startsWith('ended'))).toBe(false);
  });

  it('is refused by a side that knows none', async () => {
    const rig = new TrunkRig();
    answering(rig.carrier, CARRIER);
    const { call } = await rig.callOut();
    const answers: (FaxDescription | number)[] = [];
    call.offerFax(faxAt(PBX, 11_000), (answer) => answers.push(answer));
    await rig.settle();
    expect(answers).toEqual([488]);
  });

  it('is refused where one side is encrypted', async () => {
    const engine = new FakeMediaEngine();
    const media = new TrunkMedia(engine, { onReport() {}, onDigit() {}, onLost() {} });
    await media.open({ callId: 'a', bindAddress: '0.0.0.0', openedAtMs: 0 });
    const talk = new TalkBridge(media, () => TRUNK);
    const rig = new TrunkRig();
    answering(rig.carrier, CARRIER);
    const { heard } = await rig.callOut();
    const [clear] = heard.media;
    if (clear === undefined) throw new Error('no media was agreed on');
    const key = { masterKey: new Uint8Array(16), masterSalt: new Uint8Array(14), lifetimePackets: null };
    const suite = 'AES_CM_128_HMAC_SHA1_80';
    const encryption = { suite, keyLengthBits: 128, tag: 1, sending: key, receiving: key };
    talk.agreed('customer', { ...clear, security: { encryption, offeredSuites: [suite], refusals: [] } });
    talk.agreed('remote', clear);
    const leg = { hold() {}, sendDigit() {}, offerFax: () => expect.unreachable() };
    talk.connect('customer', leg);
    talk.connect('remote', leg);
    const refusals: number[] = [];
    talk.carryFax('remote', {
      kind: 'fax',
      description: faxAt(CARRIER, 21_000),
      accept: () => expect.unreachable(),
      refuse: (status) => refusals.push(status),
    });
    expect(refusals).toEqual([488]);
  });

  it.each([
    ['the office', [487]],
    ['the carrier', []],
  ])('ends with the BYE of %s', async (who, expected) => {
    const { rig, call } = await talking();
    const answers = await offered(rig);
    if (who === 'the office') call.end('normal-clearing');
    else rig.carrier.calls[0]?.end('normal-clearing');
    await rig.settle(40_000);
    expect(answers).toEqual(expected);
    expect(rig.leftovers).toEqual({
      pbx: NOTHING_LEFT,
      trunk: NOTHING_LEFT,
      carrier: NOTHING_LEFT,
      ports: 0,
      calls: 0,
    });
  });

  it('is glare where both sides ask at once, and settles', async () => {
    const { rig, call, pbx, carrier } = await talking();
    const fromPbx: (FaxDescription | number)[] = [];
    call.offerFax(faxAt(PBX, 11_000), (answer) => fromPbx.push(answer));
    const fromCarrier = await offered(rig);
    for (let second = 0; second < 40; second++) {
      for (const { accept } of [...pbx.requests, ...carrier.requests]) accept(faxAt(PBX, 11_000));
      await rig.settle(1_000);
    }
    expect(fromPbx).toHaveLength(1);
    expect(fromCarrier).toHaveLength(1);
    expect(rig.log.some((line) => line.startsWith('ended'))).toBe(false);
  });

  it('tells no side an address of the other', async () => {
    const { rig, pbx } = await talking();
    await offered(rig);
    pbx.requests[0]?.accept(faxAt(PBX, 11_000));
    await rig.settle();
    const said = (to: string) =>
      rig.network.sent
        .filter((sent) => sent.to === to && sent.from === TRUNK)
        .map(({ message }) => Buffer.from(serializeMessage(message)).toString())
        .join('\n');
    expect(said(PBX)).not.toContain(CARRIER);
    expect(said(CARRIER)).not.toContain(PBX);
    expect(said(PBX)).toContain('m=image 10000 udptl t38');
  });
});
