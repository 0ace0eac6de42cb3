import { describe, expect, it } from 'vitest';
import { dialTarget } from '../../../src/meeting/dial-target.ts';

const target = (user: string, host = 'meet.chime.in') =>
  dialTarget({ user, host, uri: `sip:${user}@${host}` });

describe('dialTarget reads the address as room systems write it', () => {
  it.each([
    ['6064724824', '6064724824'],
    ['6064 72 4824', '6064724824'],
    ['6064-72-4824', '6064724824'],
    ['13.248.147.139##6064724824', '6064724824'],
    ['##6064724824', '6064724824'],
  ])('%s is a meeting', (user, meetingId) => {
    expect(target(user)).toEqual({ kind: 'meeting', meetingId, passcode: null });
  });

  it('takes the passcode after a dot, 4 to 8 digits', () => {
    expect(target('6064724824.4321')).toEqual({ kind: 'meeting', meetingId: '6064724824', passcode: '4321' });
    expect(target('6064724824.123').kind).toBe('unknown');
    expect(target('6064724824.123456789').kind).toBe('unknown');
  });

  it('takes 13 digits for an invitee', () => {
    expect(target('6064724824001')).toEqual({ kind: 'invitee', pin: '6064724824001' });
  });

  it.each(['', 'u'])('user %j asks for the welcome screen', (user) => {
    expect(target(user)).toEqual({ kind: 'welcome' });
  });

  it('knows the echo test', () => {
    expect(target('echo')).toEqual({ kind: 'echo' });
  });

  it('takes a connector host whatever the user part, and a number with a plus sign without one', () => {
    const id = 'abcdef1ghij2klmno3pqr4';
    expect(target('+12065550100', `${id}.voiceconnector.chime.aws`)).toEqual({
      kind: 'voice-connector',
      connectorId: id,
      number: '+12065550100',
    });
    expect(target('6064724824', `${id}.voiceconnector.chime.aws`).kind).toBe('voice-connector');
    expect(target('+12065550100')).toEqual({
      kind: 'voice-connector',
      connectorId: null,
      number: '+12065550100',
    });
  });

  it.each(['606472482', '60647248240', '606472482400', '60647248240011'])('%s is a slip', (user) => {
    expect(target(user)).toEqual({ kind: 'mistaken' });
  });

  it.each(['bob', '+0123', 'U'])('%s is nothing we know', (user) => {
    expect(target(user)).toEqual({ kind: 'unknown', dialed: `sip:${user}@meet.chime.in` });
  });
});
