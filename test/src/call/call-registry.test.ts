import { describe, expect, it } from 'vitest';
import { Call } from '../../../src/call/call.ts';
import { CallRegistry } from '../../../src/call/call-registry.ts';
import { FakeCallLeg } from '../../support/fake-call-leg.ts';

describe('CallRegistry', () => {
  it('finds a call by the Call-ID of the other side until it is forgotten', () => {
    const registry = new CallRegistry(1);
    const [first, second] = ['first', 'second'].map((id) => new Call(new FakeCallLeg(id, '6064724824')));
    for (const call of [first!, second!]) registry.add(call);
    registry.retire(first!);
    expect(registry.byRemoteCallId('first@fake')).toBe(first);
    registry.retire(second!);
    expect(registry.byRemoteCallId('first@fake')).toBeUndefined();
    expect(registry.byRemoteCallId('second@fake')).toBe(second);
  });
});
