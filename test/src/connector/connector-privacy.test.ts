import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutgoingCall } from '../../../signaling/sip/outgoing-call.ts';
import { serializeMessage } from '../../../signaling/sip/serialize.ts';
import { mediaAt } from '../../support/sip-user-agents.ts';
import { answering, refusing, TrunkRig } from '../../support/trunk-rig.ts';

const PBX = '192.0.2.1';
const CARRIER = '192.0.2.3';

/** What may happen in a call, in any order; a step that makes no sense at its time does nothing. */
const STEPS: Readonly<Record<string, (rig: TrunkRig, call: OutgoingCall) => void>> = {
  'the office holds': (_rig, call) => call.hold(true),
  'the office resumes': (_rig, call) => call.hold(false),
  'the carrier holds': (rig) => rig.carrier.calls[0]?.hold(true),
  'the carrier resumes': (rig) => rig.carrier.calls[0]?.hold(false),
  'a key from the office': (_rig, call) => call.sendDigit({ digit: '5', durationMs: 100 }, () => undefined),
  'a key from the carrier': (rig) =>
    rig.carrier.calls[0]?.sendDigit({ digit: '#', durationMs: 100 }, () => undefined),
  'the office hangs up with a reason': (_rig, call) =>
    call.end('no-media', `no RTP from ${CARRIER}, says ${PBX}`),
  'the carrier hangs up with a reason': (rig) =>
    rig.carrier.calls[0]?.end('no-media', `nothing at ${CARRIER}`),
  'time passes': (rig) => rig.network.advance(3_000),
};

const ANSWERS: Readonly<Record<string, (rig: TrunkRig) => void>> = {
  answer: (rig) => answering(rig.carrier, CARRIER),
  'early media': (rig) => {
    rig.carrier.onCall = (leg) => {
      leg.progress(mediaAt(CARRIER, 20_000));
      leg.accept(mediaAt(CARRIER, 20_000));
    };
  },
  ring: (rig) => {
    rig.carrier.onCall = (leg) => leg.ring();
  },
  busy: (rig) => refusing(rig.carrier, 486, `Busy at ${CARRIER}`),
  'server error': (rig) => refusing(rig.carrier, 500, `Down ${CARRIER}`),
};

/** All that the trunk has said to one side. */
function saidTo(rig: TrunkRig, address: string): string {
  return rig.network.sent
    .filter(({ from, to }) => to === address && from === '192.0.2.2')
    .map(({ message }) => Buffer.from(serializeMessage(message)).toString())
    .join('\n');
}

/** Header values by which one side's messages could be known on the other. */
function marksOf(rig: TrunkRig, address: string): Set<string> {
  const marks = new Set<string>([address]);
  for (const { from, message } of rig.network.sent) {
    if (from !== address) continue;
    marks.add(message.callId);
    const branch = /branch=([^;,\s]+)/.exec(message.headers.get('Via') ?? '')?.[1];
    if (branch !== undefined && message.cSeq.method !== 'ACK') marks.add(branch);
    const tag = (address === PBX ? message.from.tag : message.to.tag) ?? '';
    if (tag !== '') marks.add(tag);
  }
  return marks;
}

describe('what one side must not learn of the other', () => {
  it('no address, Call-ID, tag or branch crosses, whatever happens', async () => {
    const steps = fc.array(fc.constantFrom(...Object.keys(STEPS)), { maxLength: 6 });
    const answers = fc.constantFrom(...Object.keys(ANSWERS));
    await fc.assert(
      fc.asyncProperty(answers, steps, async (answer, chosen) => {
        const rig = new TrunkRig();
        ANSWERS[answer]?.(rig);
        const { call } = await rig.callOut({ headers: [['Subject', `from ${PBX}`]] });
        for (const step of chosen) {
          STEPS[step]?.(rig, call);
          await rig.settle();
        }
        const toCarrier = saidTo(rig, CARRIER);
        const toPbx = saidTo(rig, PBX);
        expect(toCarrier).not.toBe('');
        // The trunk answers each side with that side's own marks, so those of the other must be foreign to it.
        for (const mark of marksOf(rig, PBX)) expect(toCarrier.includes(mark), mark).toBe(false);
        for (const mark of marksOf(rig, CARRIER)) expect(toPbx.includes(mark), mark).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});
