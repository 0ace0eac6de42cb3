import type { Verdict } from '../analyze/verdict.ts';
import type { CallOutcome, CallPlan } from './call-outcome.ts';

/** What a call must come to, for its verdict to be good. */
export interface CallExpectation {
  /** Of the final response. */
  readonly status: number;
  readonly minimumMos: number;
  /** The far end need not send any sound. */
  readonly isSilenceAllowed: boolean;
  readonly durationMs: CallPlan['durationMs'];
}

/** A call this short says nothing about its sound. */
const SOUND_EXPECTED_AFTER_MS = 1000;
/** Timers and the way to the far end: a call may be so much shorter than it was to be. */
const DURATION_TOLERANCE_MS = 500;

/** The verdict on a call; the reasons are sentences, the most important one first. */
export function judgeCall(outcome: CallOutcome, expected: CallExpectation): Verdict {
  const complaints = isAnswerExpected(expected)
    ? complaintsOfTalk(outcome, expected)
    : complaintsOfRefusal(outcome, expected.status);
  if (complaints.length > 0) return { verdict: 'fail', reasons: complaints };
  return { verdict: 'ok', reasons: [describeSuccess(outcome)] };
}

function isAnswerExpected({ status }: CallExpectation): boolean {
  return status >= 200 && status < 300;
}

function complaintsOfRefusal(outcome: CallOutcome, status: number): string[] {
  if (outcome.status === status) return [];
  return [sentence(`${status} was expected, and ${describeFinal(outcome)}`)];
}

function describeFinal({ status, statusText, talkedMs, end }: CallOutcome): string {
  if (talkedMs !== null) return 'the call was answered';
  if (status !== null) return `${statusText} came`;
  return `no final response came: ${end.detail || end.reason}`;
}

function complaintsOfTalk(outcome: CallOutcome, expected: CallExpectation): string[] {
  if (outcome.talkedMs === null) return [describeFailure(outcome)];
  return [
    ...complaintsOfEnd(outcome, expected),
    ...complaintsOfSound(outcome, expected),
    ...complaintsOfKeys(outcome),
    ...complaintsOfRecording(outcome),
  ];
}

/** Why there was no talk, and what can be done about it. */
function describeFailure({
  status,
  statusText,
  end,
  transport,
  remoteAddress,
  remotePort,
}: CallOutcome): string {
  if (status === 401 || status === 407) {
    return `The call was refused: ${statusText}. Give a name and a password that are good there, with --user and --password.`;
  }
  if (status !== null) return sentence(`The call was refused: ${statusText}`);
  if (end.by === 'local' && end.reason === 'normal-clearing')
    return 'The call was given up before it was answered.';
  if (end.reason === 'no-response') {
    return `Nothing answers at ${transport} ${remoteAddress} port ${remotePort}; nobody may listen there, or a firewall may drop what is sent.`;
  }
  return sentence(`The call failed (${end.reason}): ${end.detail}`);
}

function complaintsOfEnd({ end, talkedMs }: CallOutcome, { durationMs }: CallExpectation): string[] {
  if (end.reason !== 'normal-clearing')
    return [sentence(`The call broke off (${end.reason}): ${end.detail}`)];
  const isShort = durationMs !== null && (talkedMs ?? 0) < durationMs - DURATION_TOLERANCE_MS;
  if (end.by === 'local' || !isShort) return [];
  const reason = end.detail === '' ? '' : ` (${end.detail})`;
  return [`The far end hung up after ${seconds(talkedMs)} of ${seconds(durationMs)}${reason}.`];
}

function complaintsOfSound(outcome: CallOutcome, expected: CallExpectation): string[] {
  const { quality, audio, talkedMs } = outcome;
  const isHearing = audio?.direction === 'sendrecv' || audio?.direction === 'recvonly';
  const received = quality?.receivedPackets ?? 0;
  if (received === 0) {
    if (!isHearing || expected.isSilenceAllowed || (talkedMs ?? 0) < SOUND_EXPECTED_AFTER_MS) return [];
    return ['The far end sent no RTP: nothing was heard. Where that is right, say --allow-silence.'];
  }
  const mos = quality?.mosConversational ?? null;
  if (mos === null || mos >= expected.minimumMos) return [];
  return [`MOS ${mos} is below ${expected.minimumMos}.`];
}

function complaintsOfKeys({ keysPressed }: CallOutcome): string[] {
  const unsent = keysPressed.filter(({ isSent }) => !isSent);
  const refused = keysPressed.filter(({ status }) => status !== null && status >= 300);
  return [
    ...(unsent.length === 0
      ? []
      : [
          'No keys could be pressed: the far end takes no telephone-events. Try --dtmf-by info, or --dtmf-by inband.',
        ]),
    ...(refused.length === 0
      ? []
      : [`The far end refused ${refused.length} keys by INFO, with status ${refused[0]?.status}.`]),
  ];
}

function complaintsOfRecording({ recording }: CallOutcome): string[] {
  const failure = recording?.failure ?? null;
  return failure === null ? [] : [sentence(`The recording ${recording?.file} broke off: ${failure}`)];
}

function describeSuccess(outcome: CallOutcome): string {
  const { talkedMs, answeredAfterMs, statusText, quality } = outcome;
  if (talkedMs === null) return sentence(`The call was refused as expected: ${statusText}`);
  const mos = quality?.mosConversational ?? null;
  const score = mos === null ? 'not rated' : `MOS ${mos}`;
  return `Answered after ${answeredAfterMs} ms, talked for ${seconds(talkedMs)}, ${score}.`;
}

/** What others said may be a sentence already. */
function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}

function seconds(ms: number | null): string {
  return `${((ms ?? 0) / 1000).toFixed(1)} s`;
}
