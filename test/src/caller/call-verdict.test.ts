import { describe, expect, it } from 'vitest';
import type { CallOutcome, PressedKey } from '../../../src/caller/call-outcome.ts';
import { sumQuality } from '../../../src/caller/call-quality.ts';
import { type CallExpectation, judgeCall } from '../../../src/caller/call-verdict.ts';
import { createLegReport } from '../../support/leg-report.ts';

const CLEAR = { by: 'local', reason: 'normal-clearing', detail: '' } as const;
const FORMAT = { payloadType: 0, encodingName: 'PCMU', clockRateHz: 8000, channels: 1, parameters: null };

const ANSWERED: CallOutcome = {
  protocol: 'SIP',
  transport: 'UDP',
  remoteAddress: '192.0.2.1',
  remotePort: 5060,
  remoteCallId: 'a',
  startedAtMs: 0,
  ringingAfterMs: 5,
  answeredAfterMs: 10,
  talkedMs: 5000,
  status: 200,
  statusText: 'answered',
  end: CLEAR,
  audio: {
    format: FORMAT,
    receiveFormats: [FORMAT],
    telephoneEvent: null,
    comfortNoise: null,
    direction: 'sendrecv',
    remoteRtp: { address: '192.0.2.1', port: 4000 },
    remoteRtcp: null,
    isRtcpMultiplexed: false,
    packetTimeMs: 20,
    isAddressLearned: false,
  },
  encryption: null,
  localRtpPort: 10_000,
  quality: sumQuality([createLegReport({})]),
  keysPressed: [],
  keysHeard: [],
  recording: null,
};

const REFUSED: CallOutcome = {
  ...ANSWERED,
  talkedMs: null,
  status: 486,
  statusText: '486 Busy Here',
  end: { by: 'remote', reason: 'remote-rejected', detail: '486 Busy Here' },
  quality: null,
};

const EXPECTED: CallExpectation = { status: 200, minimumMos: 3.6, isSilenceAllowed: false, durationMs: null };
const KEY: PressedKey = { digit: '1', by: 'rfc4733', atMs: 0, durationMs: 100, status: null, isSent: true };

function judge(outcome: Partial<CallOutcome>, expected: Partial<CallExpectation> = {}, base = ANSWERED) {
  return judgeCall({ ...base, ...outcome }, { ...EXPECTED, ...expected });
}

describe('the verdict on a call', () => {
  it.each([
    ['answered and heard', {}, {}],
    ['cut off by the far end, with no time set', { end: { ...CLEAR, by: 'remote' } }, {}],
    ['silent where that is allowed', { quality: null }, { isSilenceAllowed: true }],
    ['silent for less than a second', { quality: null, talkedMs: 400 }, {}],
    ['ended by the far end at the very end', { end: { ...CLEAR, by: 'remote' } }, { durationMs: 5200 }],
  ] satisfies [string, Partial<CallOutcome>, Partial<CallExpectation>][])(
    '%s is good',
    (_name, outcome, expected) => {
      expect(judge(outcome, expected)).toMatchObject({ verdict: 'ok' });
    },
  );

  it.each([
    ['nothing heard', { quality: null }, {}, 'sent no RTP'],
    ['a low score', {}, { minimumMos: 4.9 }, 'is below 4.9'],
    ['hung up too soon', { end: { ...CLEAR, by: 'remote' } }, { durationMs: 9000 }, 'after 5.0 s of 9.0 s'],
    [
      'broken off',
      { end: { by: 'remote', reason: 'session-expired', detail: 'not refreshed' } },
      {},
      'broke off (session-expired): not refreshed.',
    ],
    ['keys that could not be sent', { keysPressed: [{ ...KEY, isSent: false }] }, {}, '--dtmf-by info'],
    ['keys refused', { keysPressed: [{ ...KEY, by: 'sip-info', status: 415 }] }, {}, 'with status 415'],
    [
      'a recording on a full disk',
      { recording: { file: 'a.wav', durationMs: 10, failure: 'ENOSPC: no space left on device' } },
      {},
      'a.wav broke off: ENOSPC',
    ],
    [
      'an answer where a refusal was expected',
      {},
      { status: 404 },
      '404 was expected, and the call was answered',
    ],
  ] satisfies [string, Partial<CallOutcome>, Partial<CallExpectation>, string][])(
    '%s is bad, and says why',
    (_name, outcome, expected, reason) => {
      const { verdict, reasons } = judge(outcome, expected);
      expect(verdict).toBe('fail');
      expect(reasons.join(' ')).toContain(reason);
    },
  );

  it.each([
    [{}, 486, 'ok', 'refused as expected: 486 Busy Here.'],
    [{}, 200, 'fail', 'was refused: 486 Busy Here.'],
    [{}, 404, 'fail', '404 was expected, and 486 Busy Here came.'],
    [{ status: 401, statusText: '401 Unauthorized' }, 200, 'fail', '--user and --password'],
    [
      { status: null, end: { by: 'remote', reason: 'no-response', detail: 'x' } as const },
      200,
      'fail',
      'Nothing answers at UDP 192.0.2.1 port 5060',
    ],
    [
      { status: null, end: { by: 'local', reason: 'no-answer', detail: 'not within 3 s' } as const },
      480,
      'fail',
      'no final response came: not within 3 s.',
    ],
    [{ status: null, end: CLEAR }, 200, 'fail', 'given up before it was answered'],
  ] as const)('refused: %j against %i is %s', (outcome, status, verdict, reason) => {
    const judged = judge(outcome, { status }, REFUSED);
    expect(judged.verdict).toBe(verdict);
    expect(judged.reasons[0]).toContain(reason);
  });
});
