/**
 * Reads the capture of its first argument, describes all its streams with all their minutes, and prints what it took:
 * packets, CPU µs, bytes a stream. With `typescript` as the second one it does without the AssemblyScript core.
 */
import { createBulkCore } from '../../media/capture/bulk/bulk-core.ts';
import { reportCapture } from '../../media/capture/capture-report.ts';
import { readCapture } from '../../media/capture/read-capture.ts';
import { RtpCapture } from '../../media/capture/rtp-capture.ts';
import { SignalingWatch } from '../../src/analyze/signaling-watch.ts';

const began = process.cpuUsage();
const core = process.argv[3] === 'typescript' ? null : createBulkCore();
const capture = new RtpCapture({}, core);
capture.signaling = new SignalingWatch(capture);
await readCapture(process.argv[2] ?? '', capture, { core });
capture.end();
const report = reportCapture(capture);
const streams = report.length;
let minutes = 0;
for (const stream of report) minutes += stream.minutes.length;
if (minutes < streams) throw new Error('streams without a minute');
const { user, system } = process.cpuUsage(began);
const stateBytes = capture.stateBytes / streams;
process.stdout.write(
  `${JSON.stringify({ packets: capture.rtpPackets, cpuUs: user + system, stateBytes, streams })}\n`,
);
