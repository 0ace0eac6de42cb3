import { describe, expect, it } from 'vitest';
import { MasterSlaveDetermination, T106_MS } from '../../../../signaling/h323/h245/master-slave.ts';
import type { H245Message } from '../../../../signaling/h323/h245/message.ts';

const HALF = 2 ** 23;

function machine(terminalType = 50, ...numbers: number[]) {
  return new MasterSlaveDetermination({ terminalType, random: () => numbers.shift() ?? 1000 });
}

/** What a message says in one word. */
function gist(messages: readonly H245Message[]): string {
  return messages
    .map(({ value }) => {
      switch (value.choice) {
        case 'masterSlaveDetermination':
          return `ask ${value.value.statusDeterminationNumber}`;
        case 'masterSlaveDeterminationAck':
          return `you are ${value.value.decision.choice}`;
        case 'masterSlaveDeterminationReject':
          return 'equal';
        default:
          return value.choice;
      }
    })
    .join(', ');
}

/** H.245 §C.2.1.1: who is master, by type and number of the peer (ours: type 50, number 1000). */
describe('master/slave determination', () => {
  it.each([
    [60, 0, 'you are master'],
    [40, 0, 'you are slave'],
    [50, 1001, 'you are slave'],
    [50, 999, 'you are master'],
    [50, 1000 + HALF - 1, 'you are slave'],
    [50, 1000 + HALF + 1, 'you are master'],
  ])('against type %i, number %i', (terminalType, number, expected) => {
    const own = machine(50, 1000);
    own.start(0);
    expect(gist(own.onDetermination(terminalType, number, 0))).toBe(expected);
    expect([own.state, own.status]).toEqual(['incoming awaiting response', null]);
  });

  it.each([1000, 1000 + HALF])('asks again with another number against %i', (number) => {
    const own = machine(50, 1000, 2000);
    expect(gist(own.start(0))).toBe('ask 1000');
    expect(gist(own.onDetermination(50, number, 0))).toBe('ask 2000');
    expect(own.state).toBe('outgoing awaiting response');
  });

  it('says that numbers are equal when it did not ask', () => {
    const own = machine(50);
    expect(gist(own.onDetermination(50, 0, 0))).toBe('equal');
    expect(own.state).toBe('idle');
  });

  it('gives up after three equal numbers', () => {
    const own = machine();
    own.start(0);
    expect(gist(own.onReject(0))).toBe('ask 1000');
    expect(gist(own.onReject(0))).toBe('ask 1000');
    expect(gist(own.onReject(0))).toBe('');
    expect([own.state, own.deadlineMs]).toEqual(['idle', null]);
  });

  it('acknowledges the acknowledgement of its own question, once', () => {
    const own = machine();
    own.start(5);
    expect(own.deadlineMs).toBe(5 + T106_MS);
    expect(gist(own.onAck('slave'))).toBe('you are master');
    expect([own.status, own.state, own.deadlineMs]).toEqual(['slave', 'idle', null]);
    expect(gist(own.onAck('slave'))).toBe('');
  });

  it('settles alike on both sides when both ask at once', () => {
    for (const [type, otherType] of [
      [190, 50],
      [50, 50],
      [50, 190],
    ] as const) {
      const own = machine(type, 1000);
      const other = machine(otherType, 2000);
      own.start(0);
      other.start(0);
      const fromOwn = own.onDetermination(otherType, 2000, 0);
      const fromOther = other.onDetermination(type, 1000, 0);
      for (const { value } of fromOwn)
        if (value.choice === 'masterSlaveDeterminationAck') other.onAck(value.value.decision.choice);
      for (const { value } of fromOther)
        if (value.choice === 'masterSlaveDeterminationAck') own.onAck(value.value.decision.choice);
      expect(new Set([own.status, other.status])).toEqual(new Set(['master', 'slave']));
    }
  });

  it('holds what it found out itself when T106 ends', () => {
    const own = machine(190);
    own.start(0);
    own.onDetermination(50, 5, 0);
    own.onTimeout();
    expect([own.status, own.deadlineMs]).toEqual(['master', null]);
    const alone = machine();
    alone.start(0);
    alone.onTimeout();
    expect(alone.status).toBe('slave');
  });

  it('ends its wait when the peer releases', () => {
    const own = machine();
    own.start(0);
    own.onRelease();
    expect([own.state, own.status]).toEqual(['idle', null]);
  });
});
