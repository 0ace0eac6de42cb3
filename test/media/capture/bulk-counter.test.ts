import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CaptureDecoder } from '../../../media/capture/capture-decoder.ts';
import { reportCapture } from '../../../media/capture/capture-report.ts';
import { RtpCapture } from '../../../media/capture/rtp-capture.ts';
import { NO_IMPAIRMENT } from '../../../media/impairment/impair.ts';
import { framesOf, impairments, streamParameters } from '../../support/arbitrary-streams.ts';
import { BEGIN_US, fromBob, receiverReport, senderReport, udpFrame } from '../../support/media-frames.ts';
import { buildPcap, buildPcapng, type UdpFrame } from '../../support/pcap-file.ts';

/** What tshark counts is told of single packets only: with it, no packet is counted in a batch. */
function count(bytes: Uint8Array, isTsharkCompatible: boolean) {
  const capture = new RtpCapture({ intervalUs: 2_000_000, isTsharkCompatible });
  const decoder = new CaptureDecoder(capture);
  decoder.push(bytes);
  decoder.end();
  capture.end();
  const { packets, rtpPackets, rtcpPackets } = capture;
  const streams = [...reportCapture(capture)].map((stream) => ({ ...stream, tshark: null }));
  return { packets, rtpPackets, rtcpPackets, streams };
}

function reportsOf(every: number, sources: number): UdpFrame[] {
  return Array.from({ length: 60 }, (_, index) => {
    const atUs = BEGIN_US + index * every * 20_000 + 11;
    const about = (index % sources) + 1;
    const report = index % 2 === 0 ? senderReport(atUs, about) : receiverReport(99, about, atUs - 30_000, 0);
    const frame = udpFrame(atUs, 10_001 + about * 2, 30_001, report);
    return index % 2 === 0 ? frame : fromBob(frame);
  });
}

describe('packets counted in batches', { timeout: 60_000 }, () => {
  const several = fc.array(fc.tuple(streamParameters, impairments), { minLength: 1, maxLength: 4 });
  const reports = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 3 }));

  it.each(['pcap', 'pcapng'])('make of %s what they make one by one', (format) => {
    fc.assert(
      fc.property(several, reports, (list, [every, sources]) => {
        const media = list.flatMap(([parameters, network], index) =>
          framesOf(parameters, network, index + 1),
        );
        const frames = [...media, ...reportsOf(every, sources)].sort((one, other) => one.atUs - other.atUs);
        const bytes = format === 'pcap' ? buildPcap(frames) : buildPcapng(frames);
        expect(count(bytes, false)).toEqual(count(bytes, true));
      }),
      { numRuns: 60 },
    );
  });

  it('are as many in a stream of a hundred batches', () => {
    const parameters = {
      packets: 6400,
      first: 65_000,
      firstTimestamp: 0xffff_ff00,
      packetUnits: 160,
      payloadType: 0,
      markEvery: 0,
    };
    const network = { ...NO_IMPAIRMENT, jitterMeanUs: 2000 };
    const bytes = buildPcap(framesOf(parameters, network, 1).sort((one, other) => one.atUs - other.atUs));
    expect(count(bytes, false)).toEqual(count(bytes, true));
    expect(count(bytes, false).rtpPackets).toBe(6400);
  });
});
