import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { T101_MS } from '../../../../signaling/h323/h245/capability-exchange.ts';
import { T103_MS } from '../../../../signaling/h323/h245/channels.ts';
import { createOpenLogicalChannel } from '../../../../signaling/h323/h245/logical-channel.ts';
import {
  command,
  decodeH245,
  encodeH245,
  request,
  response,
} from '../../../../signaling/h323/h245/message.ts';
import type { H245Action } from '../../../../signaling/h323/h245/session.ts';
import { G722, PCMA, PCMU } from '../../../support/h323-caller.ts';
import {
  ackOf,
  kinds,
  last,
  names,
  OURS,
  openOf,
  openPcma,
  sent,
  session,
  settled,
  THEIRS,
} from './settled-session.ts';

describe('an H.245 session', () => {
  it('asks for capabilities and master/slave by itself', () => {
    expect(names(session().start(0))).toEqual(['terminalCapabilitySet', 'masterSlaveDetermination']);
  });

  it('opens a channel when both are settled, and not before', () => {
    const { own, actions } = settled();
    expect(kinds(actions)).toContain('ready');
    expect(openOf(actions).forwardLogicalChannelParameters.dataType).toEqual({
      choice: 'audioData',
      value: { choice: 'g711Alaw64k', value: 20 },
    });
    const media = own.receive(ackOf(openOf(actions).forwardLogicalChannelNumber, THEIRS.rtp), 0);
    expect(last(media, 'media')).toMatchObject({
      audio: {
        direction: 'sendonly',
        format: PCMA,
        remoteRtp: THEIRS.rtp,
        remoteRtcp: THEIRS.rtcp,
        isAddressLearned: false,
      },
    });
  });

  it('tells of both directions and of the packet time', () => {
    const { own, actions } = settled();
    expect(names(own.receive(openPcma, 0))).toEqual(['openLogicalChannelAck']);
    const media = own.receive(ackOf(openOf(actions).forwardLogicalChannelNumber, THEIRS.rtp), 0);
    expect(last(media, 'media')).toMatchObject({
      audio: { direction: 'sendrecv', packetTimeMs: 20, receiveFormats: [PCMA, PCMU] },
    });
  });

  it('reaches the same result whoever speaks first', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }), (order) => {
        const sides = [session(), session([PCMA, PCMU], 50)] as const;
        const queues: [Uint8Array[], Uint8Array[]] = [[], []];
        const told: H245Action[][] = [[], []];
        const take = (side: 0 | 1, actions: H245Action[]) => {
          told[side]!.push(...actions);
          queues[side].push(...sent(actions).map(encodeH245));
        };
        take(0, sides[0].start(0));
        take(1, sides[1].start(0));
        for (const first of order) {
          const from = first && queues[0].length > 0 ? 0 : queues[1].length > 0 ? 1 : 0;
          const octets = queues[from].shift();
          if (octets === undefined) break;
          const to = from === 0 ? 1 : 0;
          take(to, sides[to].receive(decodeH245(octets), 0));
        }
        for (const side of [0, 1] as const) {
          expect(kinds(told[side]!).filter((kind) => kind === 'ready')).toHaveLength(1);
          expect(last(told[side]!, 'media')).toMatchObject({ audio: { direction: 'sendrecv' } });
        }
      }),
      { numRuns: 200 },
    );
  });

  it('sends what the peer sends, where the peer can receive it', () => {
    const open = createOpenLogicalChannel(7, { format: G722, framesPerPacket: 20 }, THEIRS);
    const first = [request('openLogicalChannel', open)];
    const { actions } = settled([PCMU, G722], session([PCMU, PCMA, G722]), first);
    expect(openOf(actions).forwardLogicalChannelParameters.dataType.value).toMatchObject({
      choice: 'g722-64k',
    });
  });

  it('tries the next codec after a refusal, and fails after the last', () => {
    const { own, actions } = settled([PCMA, PCMU]);
    const reject = (number: number) =>
      own.receive(
        response('openLogicalChannelReject', {
          forwardLogicalChannelNumber: number,
          cause: { choice: 'dataTypeNotSupported', value: null },
        }),
        0,
      );
    const second = reject(openOf(actions).forwardLogicalChannelNumber);
    expect(openOf(second).forwardLogicalChannelParameters.dataType.value).toMatchObject({
      choice: 'g711Alaw64k',
    });
    expect(last(reject(openOf(second).forwardLogicalChannelNumber), 'failed')).toMatchObject({
      reason: 'no-common-codec',
    });
  });

  it('stops sending at an empty capability set and opens again after a full one', () => {
    const { own, actions } = settled();
    own.receive(ackOf(openOf(actions).forwardLogicalChannelNumber, THEIRS.rtp), 0);
    const empty = request('terminalCapabilitySet', {
      sequenceNumber: 2,
      protocolIdentifier: '0.0.8.245.0.15',
    });
    const paused = own.receive(empty, 0);
    expect(names(paused)).toEqual(['terminalCapabilitySetAck', 'closeLogicalChannel']);
    expect(last(paused, 'media')).toMatchObject({ audio: { direction: 'inactive', remoteRtp: null } });
    expect(openOf(own.receive(sent(session([PCMA], 50).start(0))[0]!, 0)).forwardLogicalChannelNumber).toBe(
      1002,
    );
  });

  it('stops sending at a bit rate of zero', () => {
    const { own, actions } = settled();
    own.receive(openPcma, 0);
    own.receive(ackOf(openOf(actions).forwardLogicalChannelNumber, THEIRS.rtp), 0);
    const limit = (
      restriction: { choice: 'maximumBitRate'; value: number } | { choice: 'noRestriction'; value: null },
    ) =>
      own.receive(
        command('flowControlCommand', { scope: { choice: 'wholeMultiplex', value: null }, restriction }),
        0,
      );
    expect(last(limit({ choice: 'maximumBitRate', value: 0 }), 'media')).toMatchObject({
      audio: { direction: 'recvonly' },
    });
    expect(last(limit({ choice: 'noRestriction', value: null }), 'media')).toMatchObject({
      audio: { direction: 'sendrecv' },
    });
  });

  it('takes a bit rate for the channel that it is meant for', () => {
    const { own, actions } = settled();
    const number = openOf(actions).forwardLogicalChannelNumber;
    own.receive(openPcma, 0);
    own.receive(ackOf(number, THEIRS.rtp), 0);
    const stop = (scope: { choice: 'logicalChannelNumber' | 'resourceID'; value: number }) =>
      own.receive(
        command('flowControlCommand', { scope, restriction: { choice: 'maximumBitRate', value: 0 } }),
        0,
      );
    expect(stop({ choice: 'logicalChannelNumber', value: number + 1 })).toEqual([]);
    expect(stop({ choice: 'resourceID', value: number })).toEqual([]);
    expect(last(stop({ choice: 'logicalChannelNumber', value: number }), 'media')).toMatchObject({
      audio: { direction: 'recvonly' },
    });
  });

  it('sends to the peer only, and learns where its media comes from', () => {
    const { own, actions } = settled();
    const media = own.receive(
      ackOf(openOf(actions).forwardLogicalChannelNumber, { address: '203.0.113.9', port: 4000 }),
      0,
    );
    expect(last(media, 'media')).toMatchObject({
      audio: { remoteRtp: { address: '192.0.2.2', port: 4000 }, isAddressLearned: true },
    });
  });

  it('fails when its sound would come back to itself', () => {
    const { own, actions } = settled();
    const answer = own.receive(ackOf(openOf(actions).forwardLogicalChannelNumber, OURS.rtp), 0);
    expect(last(answer, 'failed')).toMatchObject({ reason: 'malformed-offer' });
    expect(last(answer, 'media')).toBeUndefined();
  });

  it('fails without capabilities when T101 ends, and not where fast start has opened channels', () => {
    const own = session();
    own.start(0);
    expect(own.deadlineMs).toBe(T101_MS);
    expect(last(own.onTimer(T101_MS), 'failed')).toMatchObject({ reason: 'no-response' });
    const fast = session();
    const audio = { format: PCMU, framesPerPacket: 20 };
    const incoming = {
      number: 1,
      audio,
      sessionId: 1,
      mediaChannel: null,
      mediaControlChannel: null,
      isReverse: false,
    };
    const outgoing = {
      number: 1000,
      audio,
      state: 'established',
      mediaChannel: THEIRS.rtp,
      mediaControlChannel: null,
    } as const;
    expect(last(fast.adoptFastStart(incoming, outgoing, 0), 'media')).toMatchObject({
      audio: { direction: 'sendrecv' },
    });
    fast.start(0);
    expect(kinds(fast.onTimer(T101_MS))).toEqual([]);
    expect(fast.deadlineMs).toBeNull();
  });

  it('closes a channel that is not answered when T103 ends', () => {
    const { own } = settled();
    expect(own.deadlineMs).toBe(T103_MS);
    const ended = own.onTimer(T103_MS);
    expect(names(ended)).toEqual(['closeLogicalChannel']);
    expect(last(ended, 'failed')).toMatchObject({ reason: 'no-response' });
  });

  it('ends once, and takes nothing afterwards', () => {
    const { own } = settled();
    expect(
      kinds(own.receive(command('endSessionCommand', { choice: 'disconnect', value: null }), 0)),
    ).toEqual(['ended']);
    expect(names(own.end())).toEqual(['endSessionCommand']);
    expect(own.end()).toEqual([]);
    expect(own.receive(openPcma, 0)).toEqual([]);
    expect(own.deadlineMs).toBeNull();
  });
});
