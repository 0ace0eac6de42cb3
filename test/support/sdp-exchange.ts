import { CallFailure } from '../../signaling/call-failure.ts';
import { OfferAnswer } from '../../signaling/sdp/offer-answer.ts';
import { parseSdp } from '../../signaling/sdp/parse.ts';
import type { AudioCapabilities, LocalMedia } from '../../signaling/session-description.ts';

const format = (
  payloadType: number,
  encodingName: string,
  parameters: string | null = null,
  clockRateHz = 8000,
) => ({
  payloadType,
  encodingName,
  clockRateHz,
  channels: 1,
  parameters,
});
const SPEECH_CAPABILITIES: AudioCapabilities = {
  formats: [format(0, 'PCMU'), format(8, 'PCMA'), format(101, 'telephone-event', '0-16'), format(13, 'CN')],
  packetTimeMs: 20,
};
export const LOCAL: LocalMedia = {
  rtp: { address: '198.51.100.1', port: 10_000 },
  rtcp: { address: '198.51.100.1', port: 10_001 },
};

export function create(
  preference: 'local' | 'remote' = 'remote',
  capabilities = SPEECH_CAPABILITIES,
): OfferAnswer {
  return new OfferAnswer('77', { capabilities, preference });
}

export function offer(...media: readonly string[]): string {
  return ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0', ...media, ''].join('\r\n');
}

/** The m= line and attributes of an answer's stream. */
export function streams(answer: string): string[] {
  return parseSdp(answer).media.map(
    ({ type, port, protocol, formats }) => `${type} ${port} ${protocol} ${formats.join(' ')}`,
  );
}

export function reasonOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof CallFailure) return `${error.reason}: ${error.message}`;
  }
  return 'nothing thrown';
}
