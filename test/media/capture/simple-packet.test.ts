import { describe, expect, it } from 'vitest';
import { createBulkCore } from '../../../media/capture/bulk/bulk-core.ts';
import { CaptureDecoder } from '../../../media/capture/capture-decoder.ts';
import { reportCapture } from '../../../media/capture/capture-report.ts';
import { RtpCapture } from '../../../media/capture/rtp-capture.ts';
import { BEGIN_US, rtpFrames } from '../../support/media-frames.ts';
import { buildPcapng, buildSimplePacketBlock, type UdpFrame } from '../../support/pcap-file.ts';

const PACKETS = 50;
const frames = rtpFrames(PACKETS + 1);
const file = Buffer.concat([
  buildPcapng(frames.slice(0, PACKETS)),
  buildSimplePacketBlock(frames[PACKETS] as UdpFrame),
]);

describe('a packet of pcapng without a time, behind packets that were counted as they lay in the file', () => {
  it.each([
    ['TypeScript', null],
    ['AssemblyScript', createBulkCore()],
  ])('came with the one before it: %s', (_, core) => {
    const capture = new RtpCapture({}, core);
    const decoder = new CaptureDecoder(capture, core);
    decoder.push(file);
    decoder.end();
    capture.end();
    expect([...reportCapture(capture)]).toMatchObject([
      { packets: PACKETS + 1, lost: 0, beginUs: BEGIN_US, endUs: BEGIN_US + (PACKETS - 1) * 20_000 },
    ]);
  });
});
