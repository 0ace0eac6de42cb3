import { describe, expect, it } from 'vitest';
import { parseH225 } from '../../../../signaling/h323/h225.ts';
import { createOpenLogicalChannel } from '../../../../signaling/h323/h245/logical-channel.ts';
import {
  decodeH245,
  type H245Message,
  indication,
  request,
  response,
} from '../../../../signaling/h323/h245/message.ts';
import type { H245Action } from '../../../../signaling/h323/h245/session.ts';
import { createH245Address } from '../../../../signaling/h323/transport-address.ts';
import { G722, PCMA } from '../../../support/h323-caller.ts';
import { genuineCall } from '../../../support/h323-fixtures.ts';
import { foreign, last, names, openOf, openPcma, sent, session, settled, THEIRS } from './settled-session.ts';

/** What devices in the field do that no recommendation asks for, and what each of them needs from us. */

const CHANNEL = { format: PCMA, framesPerPacket: 20 };

/** The H.245 messages of a kind in a genuine call, tunnelled ones included. */
function genuine(name: string, choice: string): H245Message[] {
  const messages = genuineCall(name).flatMap(({ protocol, octets }) => {
    if (protocol === 'H.245') return [octets];
    return protocol === 'Q.931' ? [...(parseH225(octets).unit?.h245Control ?? [])] : [];
  });
  return messages.map(decodeH245).filter(({ value }) => value.choice === choice);
}

describe('Tandberg', () => {
  it('opens its channel as session 0: the master that we are says 1', () => {
    const { own } = settled();
    const open = createOpenLogicalChannel(257, CHANNEL, THEIRS);
    const { multiplexParameters } = open.forwardLogicalChannelParameters;
    if (multiplexParameters.choice !== 'h2250LogicalChannelParameters') throw new Error('no H.225.0 channel');
    const value = { ...multiplexParameters.value, sessionID: 0 };
    const forwardLogicalChannelParameters = {
      ...open.forwardLogicalChannelParameters,
      multiplexParameters: { ...multiplexParameters, value },
    };
    const answers = sent(
      own.receive(request('openLogicalChannel', { ...open, forwardLogicalChannelParameters }), 0),
    );
    expect(answers[0]?.value).toMatchObject({
      choice: 'openLogicalChannelAck',
      value: { forwardMultiplexAckParameters: { value: { sessionID: 1 } } },
    });
  });

  it('acknowledges our channel as session 32: its address counts all the same', () => {
    const { own, actions } = settled();
    const value = { sessionID: 32, mediaChannel: createH245Address(THEIRS.rtp) };
    const ack = response('openLogicalChannelAck', {
      forwardLogicalChannelNumber: openOf(actions).forwardLogicalChannelNumber,
      forwardMultiplexAckParameters: { choice: 'h2250LogicalChannelAckParameters', value },
    });
    expect(last(own.receive(ack, 0), 'media')).toMatchObject({ audio: { remoteRtp: THEIRS.rtp } });
  });

  it('MXP tells of the same H.264 twice: its set is taken, and its sound', () => {
    const [set] = genuine('video-h264', 'terminalCapabilitySet');
    if (set?.value.choice !== 'terminalCapabilitySet') throw new Error('no set');
    const { capabilityTable = [] } = set.value.value;
    const video = capabilityTable.filter(({ capability }) => {
      return (capability?.choice as string) === 'receiveVideoCapability';
    });
    expect(video.length).toBeGreaterThan(0);
    const twice = video.map((entry) => ({ ...entry, capabilityTableEntryNumber: 900 }));
    const own = session();
    own.start(0);
    const message = { ...set.value.value, capabilityTable: [...capabilityTable, ...twice] };
    const actions = own.receive(
      foreign({ choice: 'request', value: { choice: 'terminalCapabilitySet', value: message } }),
      0,
    );
    expect(names(actions)).toEqual(['terminalCapabilitySetAck']);
  });
});

describe('Tandberg T1000 and NetMeeting', () => {
  it('do not get over a refusal for a conflict: crossing channels are both taken, whoever is master', () => {
    for (const decision of ['master', 'slave'] as const) {
      const own = session();
      own.start(0);
      own.receive(sent(session([PCMA], 50).start(0))[0] as H245Message, 0);
      own.receive(response('terminalCapabilitySetAck', { sequenceNumber: 1 }), 0);
      const decided = { decision: { choice: decision, value: null } } as const;
      const opening = own.receive(response('masterSlaveDeterminationAck', decided), 0);
      expect(names(opening)).toContain('openLogicalChannel');
      expect(names(own.receive(openPcma, 0))).toEqual(['openLogicalChannelAck']);
    }
  });
});

describe('Cisco', () => {
  it('opens its channel before anything is settled, and hangs up unless ours follows', () => {
    const { own, actions } = settled([PCMA], session(), [openPcma]);
    expect(names(actions)).toContain('openLogicalChannel');
    expect(openOf(actions).forwardLogicalChannelParameters.dataType).toMatchObject({
      choice: 'audioData',
      value: { choice: 'g711Alaw64k' },
    });
    expect(names(own.receive(openPcma, 0))).toEqual(['openLogicalChannelAck']);
  });

  it('wants telephone events as 101, and stops at a second RoundTripDelay: we ask for none', () => {
    const { own, actions } = settled();
    const table = sent(actions).flatMap(({ value }) =>
      value.choice === 'terminalCapabilitySet' ? (value.value.capabilityTable ?? []) : [],
    );
    expect(table.map(({ capability }) => capability)).toContainEqual({
      choice: 'receiveRTPAudioTelephonyEventCapability',
      value: { dynamicRTPPayloadType: 101, audioTelephoneEvent: '0-16' },
    });
    const later: H245Action[] = [];
    for (let seconds = 1; seconds <= 3_600; seconds += 10) later.push(...own.onTimer(seconds * 1000));
    expect(names([...actions, ...later])).not.toContain('roundTripDelayRequest');
  });
});

describe('LifeSize', () => {
  it('is upset by FlowControl: we send none, whatever comes', () => {
    const { own, actions } = settled();
    const all = [...actions, ...own.receive(openPcma, 0)];
    for (const message of genuine('video-h264', 'openLogicalChannel')) all.push(...own.receive(message, 0));
    expect(names(all).filter((name) => name.startsWith('flowControl'))).toEqual([]);
  });
});

describe('Polycom RMX', () => {
  it('sends indications of its own: nothing is said to them', () => {
    const { own } = settled();
    const identifier = { choice: 'object', value: '1.3.6.1.4.1.2684.1' };
    const nonStandardData = { nonStandardIdentifier: identifier, data: Buffer.from('ffff', 'hex') };
    const message = { choice: 'nonStandard', value: { nonStandardData } };
    expect(own.receive(foreign({ choice: 'indication', value: message }), 0)).toEqual([]);
  });
});

describe('a terminal with video', () => {
  it('is refused its pictures, and asks in vain for ours to be sent anew', () => {
    const { own } = settled();
    const opened = genuine('video-h264', 'openLogicalChannel').map((open) => names(own.receive(open, 0))[0]);
    expect(new Set(opened)).toEqual(new Set(['openLogicalChannelAck', 'openLogicalChannelReject']));
    const updates = genuine('video-h264', 'miscellaneousCommand');
    expect(updates.length).toBeGreaterThan(0);
    for (const update of updates) expect(own.receive(update, 0)).toEqual([]);
  });

  it('gets an answer to each genuine request for the presentation token', () => {
    const { own } = settled();
    const requests = genuine('h239', 'genericRequest');
    expect(requests.length).toBeGreaterThan(0);
    for (const message of requests) expect(names(own.receive(message, 0))).toEqual(['genericResponse']);
  });
});

describe('a terminal that takes events by another payload type', () => {
  const settledWith = (dynamicRTPPayloadType: number | null) => {
    const own = session([PCMA]);
    own.start(0);
    const set = sent(session([PCMA], 50).start(0))[0];
    if (set?.value.choice !== 'terminalCapabilitySet') throw new Error('no set');
    const capabilityTable = set.value.value.capabilityTable?.flatMap((entry) => {
      if (entry.capability?.choice !== 'receiveRTPAudioTelephonyEventCapability') return [entry];
      if (dynamicRTPPayloadType === null) return [];
      const value = { ...entry.capability.value, dynamicRTPPayloadType };
      return [{ ...entry, capability: { ...entry.capability, value } }];
    });
    own.receive(request('terminalCapabilitySet', { ...set.value.value, capabilityTable } as never), 0);
    own.receive(response('terminalCapabilitySetAck', { sequenceNumber: 1 }), 0);
    const decided = { decision: { choice: 'master', value: null } } as const;
    const actions = own.receive(response('masterSlaveDeterminationAck', decided), 0);
    const value = { sessionID: 1, mediaChannel: createH245Address(THEIRS.rtp) };
    const ack = response('openLogicalChannelAck', {
      forwardLogicalChannelNumber: openOf(actions).forwardLogicalChannelNumber,
      forwardMultiplexAckParameters: { choice: 'h2250LogicalChannelAckParameters', value },
    });
    const media = last(own.receive(ack, 0), 'media');
    return media?.kind === 'media' ? media.audio : null;
  };

  it.each([
    [96, { payloadType: 96 }],
    [null, null],
  ])('is sent them so: %s', (payloadType, expected) => {
    const audio = settledWith(payloadType);
    expect(audio?.telephoneEvent?.payloadType).toBe(101);
    if (expected === null) expect(audio?.sentTelephoneEvent).toBeNull();
    else expect(audio?.sentTelephoneEvent).toMatchObject(expected);
  });

  it('is sent them as it gets them where it says 101', () => {
    expect(settledWith(101)).not.toHaveProperty('sentTelephoneEvent');
  });
});

describe('keys told as signals', () => {
  it('are told when they go down, and how long they were held when that is known', () => {
    const { own } = settled([G722, PCMA]);
    const signal = { signalType: '5', duration: 100 };
    const actions = [
      ...own.receive(indication('userInput', { choice: 'signal', value: signal }), 0),
      ...own.receive(indication('userInput', { choice: 'signalUpdate', value: { duration: 640 } }), 0),
    ];
    expect(actions).toEqual([
      { kind: 'digit', digit: { digit: '5', source: 'h245-signal', durationMs: 100 } },
      { kind: 'held', durationMs: 640 },
    ]);
  });
});
