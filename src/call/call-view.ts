import type { CallDetail, CallSummary } from '../http/service-view.ts';
import type { Call } from './call.ts';
import { encryptionView } from './encryption-view.ts';

/** One line of `/calls`. */
export function callSummary(call: Call): CallSummary {
  const { leg } = call;
  return {
    id: call.id,
    state: call.state,
    protocol: leg.protocol,
    transport: leg.transport,
    calling: leg.calling.uri,
    called: leg.called.uri,
    remoteAddress: leg.remoteAddress,
    remotePort: leg.remotePort,
    userAgent: leg.userAgent,
    meetingId: call.meetingId,
    arrivedAtMs: leg.arrivedAtMs,
    answeredAtMs: call.answeredAtMs,
    endedAtMs: call.endedAtMs,
    codec: call.audio?.format.encodingName ?? null,
    mos: call.minutes.at(-1)?.mosConversational ?? null,
    silentForMs: call.silentForMs,
    refusal: call.refusal,
  };
}

/** The whole of `/calls/:id`. */
export function callDetail(call: Call): CallDetail {
  const { leg } = call;
  return {
    ...callSummary(call),
    remoteCallId: leg.remoteCallId,
    calling: leg.calling,
    called: leg.called,
    ringingAtMs: call.ringingAtMs,
    isConfirmed: call.isConfirmed,
    end: call.end,
    digits: call.transcript.digits,
    legs: [
      {
        id: call.id,
        audio: withoutKeys(call.audio),
        encryption: encryptionView(call.audio?.security, call.protectionFailures, leg.transport),
        localRtpPort: call.localRtp?.port ?? null,
        refusedSourcePackets: call.refusedSourcePackets,
        minutes: call.minutes,
      },
    ],
    qualityReports: call.qualityReports,
  };
}

function withoutKeys(audio: Call['audio']): CallDetail['legs'][number]['audio'] {
  if (audio === null) return null;
  const { security: _, ...shown } = audio;
  return shown;
}
