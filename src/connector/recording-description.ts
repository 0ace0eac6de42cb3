import type { RecordedMedia, StreamingCall } from '../../metrics/streaming-event.ts';
import type { TakenStream } from '../../signaling/sdp/further-streams.ts';
import type { RecordingSession } from '../../signaling/sip/recording-session.ts';
import { parseUri } from '../../signaling/sip/uri.ts';
import { parseRecordingMetadata, type RecordedParticipant } from './recording-metadata.ts';
import type { TrunkCall } from './trunk-call.ts';

/** One party of a call that is streamed. */
export interface StreamedParty {
  readonly legId: string;
  /** Null where nobody said. */
  readonly isCaller: boolean | null;
  /** Null for a trunk call. */
  readonly recorded: RecordedMedia | null;
}

/** The streams of one session while they are written. */
export interface OpenRecordingSession {
  update(recorded: Pick<RecordedMedia, 'headers' | 'metadata'>): void;
  /** Resolves when the files are whole; never rejects. */
  stop(endMs: number): Promise<void>;
}

/** Writes the sound of parties as streams. */
export interface StreamOpener {
  open(call: StreamingCall, parties: readonly StreamedParty[]): OpenRecordingSession;
}

/**
 * What the events of a recording session say. The caller is who is heard in the first stream, as session border
 * controllers order them; without metadata that can be read nobody knows.
 */
export function describeRecording(
  call: TrunkCall,
  { headers, metadata }: RecordingSession,
  streams: readonly (TakenStream & { readonly legId: string })[],
): { readonly streamed: StreamingCall; readonly parties: readonly StreamedParty[] } {
  const participants = metadata === null ? null : parseRecordingMetadata(metadata);
  const [caller, callee] = streams.map(({ label }) => participants?.get(label));
  const { calling, called, remoteCallId } = call.leg;
  const streamed = {
    voiceConnectorId: call.voiceConnectorId,
    transactionId: call.id,
    sipCallId: remoteCallId,
    direction: call.direction,
    fromNumber: numberOf(caller) ?? calling.user,
    toNumber: numberOf(callee) ?? called.user,
  };
  const parties = streams.map(({ index, label, legId }, place) => ({
    legId,
    isCaller: participants === null ? null : place === 0,
    recorded: { headers, mediaIndex: index, mediaLabel: label, metadata: metadata ?? '' },
  }));
  return { streamed, parties };
}

function numberOf(participant: RecordedParticipant | undefined): string | null {
  return (participant && parseUri(participant.address)?.user) || null;
}
