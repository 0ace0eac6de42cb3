import { describe, expect, it } from 'vitest';
import type { AudioCapabilities } from '../../../signaling/session-description.ts';
import { create, LOCAL, offer } from '../../support/sdp-exchange.ts';

const PCMU = { payloadType: 0, encodingName: 'PCMU', clockRateHz: 8000, channels: 1, parameters: null };
const CAPABLE: AudioCapabilities = { formats: [PCMU], packetTimeMs: 20, hasExtendedReports: true };
const OURS = 'a=rtcp-xr:rcvr-rtt=all stat-summary=loss,dup,jitt voip-metrics\r\n';
const AUDIO = 'm=audio 6000 RTP/AVP 0';

const answerTo = (...lines: string[]) => {
  const exchange = create('remote', CAPABLE);
  const { extendedReports } = exchange.receiveOffer(offer(...lines));
  return { extendedReports, answer: exchange.createAnswer(LOCAL) };
};

describe('the rtcp-xr attribute (RFC 3611 §5)', () => {
  it.each([
    ['a=rtcp-xr:voip-metrics', { hasVoipMetrics: true, hasReferenceTime: false }],
    ['a=rtcp-xr:rcvr-rtt=sender:40', { hasVoipMetrics: false, hasReferenceTime: true }],
    [
      'a=rtcp-xr:pkt-loss-rle=512 stat-summary=loss,jitt rcvr-rtt=all VOIP-METRICS x-new',
      { hasVoipMetrics: true, hasReferenceTime: true },
    ],
  ])('%s is agreed to', (line, extendedReports) => {
    const answered = answerTo(AUDIO, line);
    expect(answered.extendedReports).toEqual(extendedReports);
    expect(answered.answer).toContain(OURS);
  });

  it.each([['a=rtcp-xr'], ['a=rtcp-xr:'], ['a=rtcp-xr:stat-summary=loss'], ['a=ptime:20']])(
    '%s asks for nothing of ours',
    (line) => {
      const answered = answerTo(AUDIO, line);
      expect(answered.extendedReports).toBeNull();
      expect(answered.answer).not.toContain('rtcp-xr');
    },
  );

  it('may stand for the whole session, and a stream may say otherwise', () => {
    expect(answerTo('a=rtcp-xr:voip-metrics', AUDIO).extendedReports).not.toBeNull();
    expect(answerTo('a=rtcp-xr:voip-metrics', AUDIO, 'a=rtcp-xr').extendedReports).toBeNull();
  });

  it('stands in our offer, and counts where the answer has it too', () => {
    const exchange = create('local', CAPABLE);
    expect(exchange.createOffer(LOCAL)).toContain(OURS);
    expect(exchange.receiveAnswer(offer(AUDIO)).extendedReports).toBeNull();
    expect(exchange.createOffer(LOCAL)).not.toContain('rtcp-xr');
  });

  it('is unknown to who was told to leave it', () => {
    const exchange = create('remote');
    const audio = exchange.receiveOffer(offer(AUDIO, 'a=rtcp-xr:voip-metrics'));
    expect(audio.extendedReports).toBeNull();
    expect(exchange.createAnswer(LOCAL)).not.toContain('rtcp-xr');
  });
});
