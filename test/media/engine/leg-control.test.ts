import { describe, expect, it } from 'vitest';
import { parseCompound } from '../../../media/rtcp/compound.ts';
import { CALLER_PORT, FakeLeg } from './fake-leg.ts';

describe('RTCP of a leg', () => {
  const receiverReport = Uint8Array.of(0x80, 201, 0, 1, 1, 2, 3, 4);

  it('comes about every five seconds and ends with BYE', () => {
    const leg = new FakeLeg();
    leg.update();
    leg.runWithTone(60_000);
    const reports = leg.sentRtcp.length;
    expect(reports).toBeGreaterThan(7);
    expect(reports).toBeLessThan(24);
    const final = leg.close();
    expect(leg.sentRtcp.at(-1)!.to.port).toBe(CALLER_PORT + 1);
    const last = parseCompound(leg.sentRtcp.at(-1)!.bytes);
    expect(last.isValid && last.packets.map(({ type }) => type)).toEqual([
      'sender-report',
      'source-description',
      'goodbye',
    ]);
    expect(
      final!.sent.rtcpPackets + leg.recorder.reports.reduce((sum, { sent }) => sum + sent.rtcpPackets, 0),
    ).toBe(reports + 1);
  });

  it('ends without BYE where nothing was ever sent (RFC 3550 §6.3.7)', () => {
    const leg = new FakeLeg();
    leg.update({ direction: 'recvonly' });
    leg.runWithTone(200);
    expect(leg.close()!.sent).toMatchObject({ packets: 0, rtcpPackets: 0 });
    expect(leg.sentRtcp).toEqual([]);
  });

  it('ends with BYE where only reports were sent', () => {
    const leg = new FakeLeg();
    leg.update({ direction: 'recvonly' });
    leg.runWithTone(10_000);
    const reports = leg.sentRtcp.length;
    leg.close();
    expect(leg.sentRtcp).toHaveLength(reports + 1);
    const last = parseCompound(leg.sentRtcp.at(-1)!.bytes);
    expect(last.isValid && last.packets.map(({ type }) => type)).toEqual([
      'receiver-report',
      'source-description',
      'goodbye',
    ]);
  });

  it('is taken from the negotiated address only, and counted', () => {
    const leg = new FakeLeg();
    leg.update();
    leg.receiveControl(receiverReport);
    leg.receiveControl(receiverReport, 9999);
    leg.receiveControl(Uint8Array.of(1, 2, 3));
    leg.run(20);
    expect(leg.recorder.refusals).toEqual([{ address: '127.0.0.1', port: 9999, packets: 1 }]);
    expect(leg.close()!.received).toMatchObject({ rtcpPackets: 2, rtcpBytes: 11 });
  });

  it('shares the RTP port where that was agreed (RFC 5761)', () => {
    const leg = new FakeLeg();
    leg.update({ isRtcpMultiplexed: true, remoteRtcp: { address: '127.0.0.1', port: CALLER_PORT } });
    leg.receive(receiverReport);
    leg.runWithTone(10_000);
    expect(leg.sentRtcp[0]).toMatchObject({ isMultiplexed: true, to: { port: CALLER_PORT } });
    expect(leg.close()!.received).toMatchObject({ rtcpPackets: 1, packets: 500 });
  });

  it('measures the round trip and takes over what the other side reports', () => {
    const leg = new FakeLeg();
    leg.update();
    leg.runWithTone(8000);
    const sent = parseCompound(leg.sentRtcp.at(-1)!.bytes);
    if (!sent.isValid || sent.packets[0]?.type !== 'sender-report') throw new Error('no sender report');
    const answer = new DataView(new ArrayBuffer(32));
    answer.setUint32(0, 0x81c9_0007);
    answer.setUint32(8, sent.packets[0].synchronizationSource);
    answer.setUint32(12, 0x1900_0005);
    answer.setUint32(20, 16);
    answer.setUint32(24, new DataView(leg.sentRtcp.at(-1)!.bytes.buffer).getUint32(10));
    leg.receiveControl(new Uint8Array(answer.buffer));
    const report = leg.close()!;
    expect(report.sent).toMatchObject({ lostCumulative: 5, jitterUs: 2000 });
    expect(report.roundTripTimeUs).toBeGreaterThan(0);
    expect(report.quality!.delayMs).toBeGreaterThan(report.roundTripTimeUs! / 2000);
  });
});
