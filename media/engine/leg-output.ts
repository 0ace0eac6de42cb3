/** Where what a leg sends and tells goes: its sockets, and the main thread. */
import type { LegOutput } from './leg-contract.ts';
import type { LegSockets } from './leg-sockets.ts';
import { readClockMs } from './media-clock.ts';
import type { RtcpWatch } from './seen-rtcp.ts';
import type { WorkerEvent } from './worker-message.ts';

export function createLegOutput(
  legId: string,
  { rtp, rtcp, rtpPort }: LegSockets,
  isRtcpTold: boolean,
  post: (event: WorkerEvent) => void,
): LegOutput {
  const tellRtcp: RtcpWatch = (direction, bytes, remote, isMultiplexed) => {
    const localPort = isMultiplexed ? rtpPort : rtpPort + 1;
    post({ type: 'rtcp', seen: { legId, direction, bytes, localPort, remote, atMs: readClockMs() } });
  };
  return {
    sendRtp: (packet, to) => rtp.send(packet, to),
    sendRtcp: (packet, to, isMultiplexed) => (isMultiplexed ? rtp : rtcp).send(packet, to),
    onRtcp: isRtcpTold ? tellRtcp : null,
    onReport: (report) => post({ type: 'report', legId, report }),
    onDigit: (digit) => post({ type: 'digit', legId, digit }),
    onSilence: (change) => post({ type: 'silence', legId, change }),
    onPlayed: () => post({ type: 'played', legId }),
    onRefusedSource: (refused) => post({ type: 'refused-source', legId, refused }),
    onProtectionFailures: (failures) => post({ type: 'protection-failures', legId, failures }),
    onHandshakeFailure: (detail) => post({ type: 'handshake-failure', legId, detail }),
  };
}
