import { connectionFor, createAudioMedia } from '../sdp/audio-description.ts';
import { serializeSdp } from '../sdp/serialize.ts';
import type { AudioCapabilities } from '../session-description.ts';
import type { CallSettings } from './call-environment.ts';
import type { SipFlow } from './flow.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { appendCapabilities, createReply, setDescription } from './reply.ts';
import { SESSION_MEDIA_TYPES } from './session-body.ts';

/** The 200 to an OPTIONS (RFC 3261 §11.2); what we can do as SDP only where Accept names it. */
export function createOptionsReply(
  request: SipRequest,
  settings: CallSettings,
  toTag: string | null,
  contact: string,
  flow: SipFlow,
): SipResponse {
  const response = createReply(request, 200, settings, toTag);
  const { headers } = response;
  headers.append('Contact', contact);
  appendCapabilities(response);
  headers.append('Accept', SESSION_MEDIA_TYPES);
  headers.append('Accept-Encoding', 'identity');
  headers.append('Accept-Language', 'en');
  if (request.tokens('Accept').some((range) => range.split(';')[0]?.trim() === 'application/sdp')) {
    setDescription(response, describeCapabilities(settings.capabilities, flow.localAddress));
  }
  return response;
}

/** RFC 3264 §9: formed like an offer, but with port 0. */
function describeCapabilities(capabilities: AudioCapabilities, address: string): string {
  const nowhere = { address, port: 0 };
  const audio = createAudioMedia({
    media: { rtp: nowhere, rtcp: { address, port: 1 } },
    protocol: 'RTP/AVP',
    formats: capabilities.formats,
    direction: 'sendrecv',
    packetTimeMs: capabilities.packetTimeMs,
    isRtcpMultiplexed: false,
    hasExtendedReports: capabilities.hasExtendedReports === true,
  });
  const connection = connectionFor(address);
  return serializeSdp({
    origin: { username: '-', sessionId: '0', sessionVersion: '0', ...connection },
    sessionName: '-',
    connection,
    timing: '0 0',
    lines: [],
    attributes: [],
    media: [audio],
  });
}
