import type { LegReport } from '../../media/quality/leg-report.ts';
import type { CallParty, DialogTags } from '../../signaling/call-leg.ts';
import type { MediaAddress, NegotiatedAudio } from '../../signaling/session-description.ts';
import type { Call } from '../call/call.ts';
import type { CallSide } from '../connector/connector-observer.ts';
import { TrunkCall } from '../connector/trunk-call.ts';

/** One leg of an ended call, as a report about it needs it. */
export interface ReportedLeg {
  readonly callId: string;
  readonly dialogTags: DialogTags | null;
  readonly local: CallParty;
  readonly remote: CallParty;
  /** Who called. */
  readonly origin: CallParty;
  readonly localRtp: MediaAddress | null;
  readonly audio: NegotiatedAudio | null;
  readonly minutes: readonly LegReport[];
  readonly answeredAtMs: number | null;
  readonly endedAtMs: number | null;
}

const SIDES: readonly CallSide[] = ['customer', 'remote'];

/** A call into a meeting has one leg, a trunk call two. */
export function reportedLegs(call: Call): ReportedLeg[] {
  if (!(call instanceof TrunkCall)) return [legOfCaller(call, call)];
  return SIDES.flatMap((side) => {
    const { [side]: heard } = call.heard;
    if (heard === null) return [];
    return [side === call.callerSide ? legOfCaller(call, heard) : legOfCallee(call, heard, call.legs[side])];
  });
}

type Heard = Pick<ReportedLeg, 'localRtp' | 'audio' | 'minutes'>;

function legOfCaller(
  { leg, answeredAtMs, endedAtMs }: Call,
  { localRtp, audio, minutes }: Heard,
): ReportedLeg {
  return {
    callId: leg.remoteCallId,
    dialogTags: leg.dialogTags ?? null,
    local: leg.called,
    remote: leg.calling,
    origin: leg.calling,
    ...{ localRtp, audio, minutes, answeredAtMs, endedAtMs },
  };
}

/** Towards who was called we are the caller. */
function legOfCallee(
  { leg, answeredAtMs, endedAtMs }: TrunkCall,
  heard: Heard,
  side: TrunkCall['legs'][CallSide],
): ReportedLeg {
  return {
    callId: side?.sipCallId ?? leg.remoteCallId,
    dialogTags: side?.dialogTags ?? null,
    local: leg.calling,
    remote: side === null ? leg.called : { ...leg.called, uri: side.uri },
    origin: leg.calling,
    ...heard,
    answeredAtMs,
    endedAtMs,
  };
}
