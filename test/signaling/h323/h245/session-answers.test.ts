import { describe, expect, it } from 'vitest';
import { createOpenLogicalChannel } from '../../../../signaling/h323/h245/logical-channel.ts';
import {
  command,
  encodeH245,
  type H245Message,
  indication,
  request,
} from '../../../../signaling/h323/h245/message.ts';
import { PCMA } from '../../../support/h323-caller.ts';
import { closeOf, foreign, LATER, names, sent, settled, THEIRS, tokenRequest } from './settled-session.ts';

describe('an H.245 session, asked,', () => {
  it('refuses a flood of channels and video', () => {
    const { own } = settled();
    const open = (number: number) => {
      const audio = { format: PCMA, framesPerPacket: 20 };
      return names(
        own.receive(request('openLogicalChannel', createOpenLogicalChannel(number, audio, THEIRS)), 0),
      )[0];
    };
    expect([1, 2, 3, 4, 5, 4].map(open)).toEqual([
      'openLogicalChannelAck',
      'openLogicalChannelAck',
      'openLogicalChannelAck',
      'openLogicalChannelAck',
      'openLogicalChannelReject',
      'openLogicalChannelAck',
    ]);
  });

  it('sends its capabilities again when asked, not forever', () => {
    const { own } = settled();
    const ask = command('sendTerminalCapabilitySet', { choice: 'genericRequest', value: null });
    const answers = Array.from({ length: 20 }, () => names(own.receive(ask, 0)).length);
    expect(answers.reduce((sum, count) => sum + count, 0)).toBe(7);
  });

  it.each<[string, H245Message, string]>([
    ['RequestMode', request('requestMode', { sequenceNumber: 3 }), 'requestModeReject'],
    ['RoundTripDelay', request('roundTripDelayRequest', { sequenceNumber: 3 }), 'roundTripDelayResponse'],
    ['a close', closeOf(9), 'closeLogicalChannelAck'],
    [
      'a wish to close what is not open',
      request('requestChannelClose', { forwardLogicalChannelNumber: 9 }),
      'requestChannelCloseReject',
    ],
    [
      'a multiplex entry',
      foreign({ choice: 'request', value: { choice: 'communicationModeRequest', value: {} } }),
      'functionNotUnderstood',
    ],
    ['a request of a later version', foreign({ choice: 'request', value: LATER }), 'functionNotUnderstood'],
    ['a presentation token', tokenRequest(), 'genericResponse'],
    [
      'another generic request',
      {
        choice: 'request',
        value: {
          choice: 'genericRequest',
          value: {
            messageIdentifier: { choice: 'standard', value: '0.0.8.239.2' },
            subMessageIdentifier: 99,
          },
        },
      },
      'functionNotUnderstood',
    ],
  ])('answers %s', (_name, message, answer) => {
    const { own } = settled();
    const answers = sent(own.receive(message, 0));
    expect(answers.map(({ value }) => value.choice)).toEqual([answer]);
    expect(() => encodeH245(answers[0]!)).not.toThrow();
  });

  it.each<[string, H245Message]>([
    ['an indication of a later version', foreign({ choice: 'indication', value: LATER })],
    ['a message of a later version', foreign(LATER)],
    [
      'what we do not understand of a peer that does not understand us',
      indication('functionNotUnderstood', { choice: 'request', value: closeOf(1).value } as never),
    ],
  ])('says nothing to %s', (_name, message) => {
    expect(settled().own.receive(message, 0)).toEqual([]);
  });
});
