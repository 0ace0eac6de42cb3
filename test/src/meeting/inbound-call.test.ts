import { describe, expect, it } from 'vitest';
import { CallFailure } from '../../../signaling/call-failure.ts';
import { InboundCall } from '../../../src/meeting/inbound-call.ts';
import { deskWithLog, MEETING_ID, settled, taken } from '../../support/call-desk-rig.ts';
import { FakeCallLeg, NEGOTIATED } from '../../support/fake-call-leg.ts';

describe('InboundCall: a caller dials the echo test', () => {
  it('is alone there, and hears itself', async () => {
    const { desk, log, media } = deskWithLog();
    const { leg, call } = await taken(desk, 'a', 'echo');
    expect(media.log).toEqual(['open a in a', 'update a sendrecv', 'echo a']);
    expect(call).toMatchObject({ state: 'answered', meetingId: null });
    leg.remote.onEnded({ by: 'remote', reason: 'normal-clearing', detail: '' });
    await settled();
    expect(log).toEqual([
      'arrived a',
      'ringing a',
      'answered a',
      'report a final',
      'ended a normal-clearing',
    ]);
    expect([media.portsFree, desk.calls.activeCount]).toEqual([100, 0]);
  });
});

describe('InboundCall: a caller dials a meeting', () => {
  it('tells the whole story in order, and gives everything back at the BYE', async () => {
    const { desk, log, media } = deskWithLog();
    const { leg, call } = await taken(desk, 'a');
    leg.remote.onConfirmed();
    expect(leg.log).toEqual(['negotiate', 'ring', 'accept 127.0.0.1:10000']);
    expect(media.log).toEqual([`open a in ${MEETING_ID}`, 'update a sendrecv', 'join a']);
    expect(call).toMatchObject({ state: 'answered', isConfirmed: true, meetingId: MEETING_ID });
    leg.remote.onEnded({ by: 'remote', reason: 'normal-clearing', detail: '' });
    await settled();
    expect(log).toEqual([
      'arrived a',
      'ringing a',
      'meeting-started',
      'participant-joined <room>',
      'answered a',
      'participant-left <room>',
      'meeting-ended',
      'report a final',
      'ended a normal-clearing',
    ]);
    expect([media.portsFree, desk.calls.activeCount, desk.calls.all().length]).toEqual([100, 0, 1]);
  });

  it('names an invitee by the 13-digit ID', async () => {
    const { desk, log } = deskWithLog();
    await taken(desk, 'a', '6064724824001');
    expect(log).toContain('participant-joined Mary Major');
  });

  it('joins with the ACK when the INVITE had no offer', async () => {
    const { desk, media } = deskWithLog();
    const leg = new FakeCallLeg('a', MEETING_ID);
    leg.negotiation = () => null;
    await new InboundCall(leg, desk, () => {}).take();
    expect(media.log).toEqual([`open a in ${MEETING_ID}`]);
    leg.remote.onMedia(NEGOTIATED);
    expect(media.log).toEqual([`open a in ${MEETING_ID}`, 'update a sendrecv', 'join a']);
  });

  it('updates the media on hold without joining twice', async () => {
    const { desk, log, media } = deskWithLog();
    const { leg } = await taken(desk, 'a');
    leg.remote.onMedia({ ...NEGOTIATED, direction: 'inactive' });
    expect(media.log.slice(-2)).toEqual(['join a', 'update a inactive']);
    expect(log.filter((line) => line.startsWith('participant-joined'))).toHaveLength(1);
  });
});

describe('InboundCall: refusals', () => {
  it('refuses what is no meeting and asks for none', async () => {
    const { desk, log, media } = deskWithLog();
    const { leg, call } = await taken(desk, 'a', 'bob');
    expect(leg.failure?.message).toMatch(/Nothing answers at sip:bob@/);
    expect(call.refusal).toMatchObject({ reason: 'unknown-destination', sipStatus: 404 });
    expect(log).toEqual(['arrived a', 'refused a unknown-destination 404']);
    expect([media.log.length, desk.calls.activeCount]).toEqual([0, 0]);
  });

  it('refuses the one too many and frees no seat but its own', async () => {
    const { desk, log, meetings } = deskWithLog({ maxParticipants: 1 });
    await taken(desk, 'a');
    await taken(desk, 'b');
    expect(log.at(-1)).toBe('refused b meeting-full 486');
    expect(meetings.get(MEETING_ID)?.participants.map(({ callId }) => callId)).toEqual(['a']);
  });

  it('takes the ports of an H.323 call from their own range', async () => {
    const { desk, media } = deskWithLog();
    await new InboundCall(new FakeCallLeg('a', MEETING_ID, 'H.323'), desk, () => {}).take();
    expect(media.log[0]).toBe(`open a in ${MEETING_ID} from h323`);
  });

  it('gives the seat back when a later step fails', async () => {
    const { desk, log, media, meetings } = deskWithLog();
    media.portsFree = 0;
    await taken(desk, 'a');
    expect(log.at(-1)).toBe('refused a no-media-port 503');
    expect(meetings.get(MEETING_ID)?.participants).toHaveLength(0);
  });

  it('refuses what signaling cannot negotiate', async () => {
    const { desk, log } = deskWithLog();
    const leg = new FakeCallLeg('a', MEETING_ID);
    leg.negotiation = () => {
      throw new CallFailure('no-common-codec', 'offered: G729');
    };
    await new InboundCall(leg, desk, () => {}).take();
    expect(log).toEqual(['arrived a', 'refused a no-common-codec 488']);
  });

  it('turns a fault of ours into 500 without leaking its text', async () => {
    const { desk, log } = deskWithLog();
    const leg = new FakeCallLeg('a', MEETING_ID);
    leg.negotiation = () => {
      throw new TypeError('secret detail');
    };
    await new InboundCall(leg, desk, () => {}).take();
    expect(leg.failure?.message).toBe('An internal error.');
    expect(log).toEqual(['arrived a', 'error a TypeError: secret detail', 'refused a internal-error 500']);
  });

  it('counts calls against the limit and says which', async () => {
    const { desk, log } = deskWithLog({ maxCalls: 1 });
    await taken(desk, 'a');
    await taken(desk, 'b');
    expect(log.at(-1)).toBe('refused b too-many-calls 503');
  });
});

describe('InboundCall: things go wrong', () => {
  it('closes ports that were still being opened when the caller canceled', async () => {
    const { desk, log, media } = deskWithLog();
    let open = () => {};
    media.gate = new Promise((resolve) => {
      open = resolve;
    });
    const leg = new FakeCallLeg('a', MEETING_ID);
    const story = new InboundCall(leg, desk, () => {}).take();
    await settled();
    leg.remote.onEnded({ by: 'remote', reason: 'caller-canceled', detail: 'CANCEL' });
    open();
    await story;
    expect(log).toEqual(['arrived a', 'refused a caller-canceled 487']);
    expect(leg.log).toEqual(['negotiate']);
    expect([media.portsFree, media.log.at(-1)]).toEqual([100, 'close a']);
  });

  it('ends the call of a dead media worker', async () => {
    const { desk, log, media } = deskWithLog();
    const { leg } = await taken(desk, 'a');
    media.listeners.get('a')?.onLost('worker 0 exited');
    await settled();
    expect(leg.log.at(-1)).toBe('end media-worker-lost');
    expect(log.at(-1)).toBe('ended a media-worker-lost');
  });

  it.each([
    [true, 'ended a no-media'],
    [false, 'silence a true'],
  ])('a leg without RTP says so and, when endOnSilence is %s, …', async (endOnSilence, last) => {
    const { desk, log, media } = deskWithLog({ endOnSilence });
    const { call } = await taken(desk, 'a');
    media.listeners.get('a')?.onSilence({ isSilent: true, silentForMs: 30_000, atMs: 5 });
    await settled();
    expect(log.at(-1)).toBe(last);
    expect(call.silentForMs).toBe(30_000);
  });

  it('keeps what was pressed and measured', async () => {
    const { desk, media } = deskWithLog();
    const { leg, call } = await taken(desk, 'a');
    leg.remote.onDigit({ digit: '7', source: 'sip-info', durationMs: 160, atMs: 7 });
    media.listeners.get('a')?.onRefusedSource({ address: '192.0.2.9', port: 9, packets: 4 });
    expect(call.transcript.digits).toMatchObject([
      { digit: '7', source: 'sip-info', durationMs: 160, atMs: 7 },
    ]);
    expect(call.refusedSourcePackets).toBe(4);
  });

  it('counts a key once that signaling and media both tell', async () => {
    const { desk, media } = deskWithLog();
    const { leg, call } = await taken(desk, 'a');
    const tone = {
      digit: '7',
      source: 'in-band',
      durationMs: 100,
      volumeDbm0: -10,
      packets: 0,
      packetsLost: 0,
    } as const;
    leg.remote.onDigit({ digit: '7', source: 'sip-info', durationMs: 160, atMs: 7 });
    media.listeners.get('a')?.onDigit({ ...tone, atMs: 60 });
    media.listeners.get('a')?.onDigit({ ...tone, atMs: 2000 });
    expect(call.transcript.digits.map(({ digit, source }) => `${digit} ${source}`)).toEqual([
      '7 sip-info',
      '7 in-band',
    ]);
  });

  it('hangs up once, whoever asks', async () => {
    const { desk, log } = deskWithLog();
    const { inbound } = await taken(desk, 'a');
    await Promise.all([inbound.hangUp('service-stopping'), inbound.hangUp('service-stopping')]);
    expect(log.filter((line) => line.startsWith('ended'))).toEqual(['ended a service-stopping']);
  });
});
