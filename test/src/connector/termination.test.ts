import { describe, expect, it } from 'vitest';
import { voiceConnectorSchema } from '../../../config/connector-schema.ts';
import type { CallFailure } from '../../../signaling/call-failure.ts';
import type { VoiceConnectorDefinition } from '../../../src/connector/definition.ts';
import { admitOutbound, type OutboundRequest } from '../../../src/connector/termination.ts';

const OURS = '+12065550100';

function connector(termination: object = {}, more: object = {}): VoiceConnectorDefinition {
  return voiceConnectorSchema.parse({
    id: 'abcdef1ghij2klmno3pqr4',
    name: 'office',
    ...more,
    termination: { cidrAllowedList: ['192.0.2.0/28', '2001:db8::/32'], ...termination },
  });
}

const REQUEST: OutboundRequest = {
  sourceAddress: '192.0.2.15',
  isEncrypted: false,
  caller: OURS,
  called: '+4930123456',
};

function admit(definition: VoiceConnectorDefinition, request: Partial<OutboundRequest> = {}) {
  return admitOutbound({ ...REQUEST, ...request }, definition, (number) => number === OURS);
}

function refusal(definition: VoiceConnectorDefinition, request: Partial<OutboundRequest> = {}): CallFailure {
  try {
    admit(definition, request);
  } catch (error) {
    return error as CallFailure;
  }
  throw new Error('the call was let in');
}

describe('termination lets in', () => {
  it('a number of ours calling from the allowed block', () => {
    expect(admit(connector())).toEqual({ callerId: OURS, number: '+4930123456' });
    expect(admit(connector(), { sourceAddress: '2001:db8::7' }).callerId).toBe(OURS);
  });

  it('numbers written without the plus sign, or with marks', () => {
    expect(admit(connector(), { caller: '12065550100', called: '1 (206) 555-0199' })).toEqual({
      callerId: OURS,
      number: '+12065550199',
    });
  });

  it('a stranger under the default number', () => {
    const definition = connector({ defaultPhoneNumber: '+12065550111' });
    expect(admit(definition, { caller: 'anonymous' }).callerId).toBe('+12065550111');
    expect(admit(definition).callerId).toBe(OURS);
  });

  it('countries that are listed', () => {
    expect(admit(connector({ callingRegions: ['US', 'DE'] })).number).toBe('+4930123456');
  });

  it('TLS with SRTP where that is required', () => {
    expect(admit(connector({}, { requireEncryption: true }), { isEncrypted: true }).callerId).toBe(OURS);
  });
});

describe('termination refuses', () => {
  it.each([
    ['192.0.2.16', 'source-not-allowed'],
    ['2001:db9::1', 'source-not-allowed'],
  ])('%s: %s', (sourceAddress, reason) => {
    expect(refusal(connector(), { sourceAddress }).reason).toBe(reason);
  });

  it('everybody where the list is empty, and says so', () => {
    expect(refusal(connector({ cidrAllowedList: [] })).message).toContain('(empty)');
  });

  it.each(['0114930123456', '004930123456', '4711', '911', 'mary', '', '+0123456789', `+1${'2'.repeat(15)}`])(
    'the number "%s"',
    (called) => expect(refusal(connector(), { called }).reason).toBe('number-not-valid'),
  );

  it.each([
    ['+4930123456', ['US']],
    ['+88123456789', ['US']],
  ])('%s where callingRegions is %s', (called, callingRegions) => {
    expect(refusal(connector({ callingRegions }), { called }).reason).toBe('country-not-allowed');
  });

  it('a caller ID that is none of ours, in the words of AWS', () => {
    const failure = refusal(connector(), { caller: '+14435550123' });
    expect(failure.row).toMatchObject({ sipStatus: 403, text: 'Caller Id +14435550123 is not valid' });
  });

  it('keeps line breaks and quotes out of the reason phrase', () => {
    expect(refusal(connector(), { caller: 'a"\r\nb' }).row.text).toBe('Caller Id ab is not valid');
  });

  it('what is disabled, and what is in the clear', () => {
    expect(refusal(connector({ disabled: true })).reason).toBe('connector-disabled');
    expect(refusal(connector({}, { requireEncryption: true })).reason).toBe('encryption-required');
  });
});
