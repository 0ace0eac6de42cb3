/** Where what a leg sends and tells goes: its sockets, and the main thread. */
import type { LegReport } from '../quality/leg-report.ts';
import type { SrtpFailureCounts } from '../srtp/srtp-failure.ts';
import type { LegOutput } from './leg-contract.ts';
import type { LegSockets } from './leg-sockets.ts';
import { readClockMs } from './media-clock.ts';
import type { MediaDigit, TransportAddress } from './media-leg.ts';
import type { RefusedSource } from './refused-sources.ts';
import type { RtcpWatch } from './seen-rtcp.ts';
import type { SilenceChange } from './silence-watch.ts';
import type { MediaSocket } from './socket-backend.ts';
import type { WorkerEvent } from './worker-message.ts';

export class SocketOutput implements LegOutput {
  readonly #rtp: MediaSocket;
  readonly #rtcp: MediaSocket;
  readonly #legId: string;
  readonly #post: (event: WorkerEvent) => void;
  readonly onRtcp: RtcpWatch | null;

  constructor(
    legId: string,
    { rtp, rtcp, rtpPort }: LegSockets,
    isRtcpTold: boolean,
    post: (event: WorkerEvent) => void,
  ) {
    this.#rtp = rtp;
    this.#rtcp = rtcp;
    this.#legId = legId;
    this.#post = post;
    this.onRtcp = isRtcpTold ? createRtcpWatch(legId, rtpPort, post) : null;
  }

  sendRtp(packet: Uint8Array, to: TransportAddress): void {
    this.#rtp.send(packet, to);
  }

  sendRtcp(packet: Uint8Array, to: TransportAddress, isMultiplexed: boolean): void {
    (isMultiplexed ? this.#rtp : this.#rtcp).send(packet, to);
  }

  onReport(report: LegReport): void {
    this.#post({ type: 'report', legId: this.#legId, report });
  }

  onDigit(digit: MediaDigit): void {
    this.#post({ type: 'digit', legId: this.#legId, digit });
  }

  onSilence(change: SilenceChange): void {
    this.#post({ type: 'silence', legId: this.#legId, change });
  }

  onPlayed(): void {
    this.#post({ type: 'played', legId: this.#legId });
  }

  onRefusedSource(refused: RefusedSource): void {
    this.#post({ type: 'refused-source', legId: this.#legId, refused });
  }

  onProtectionFailures(failures: SrtpFailureCounts): void {
    this.#post({ type: 'protection-failures', legId: this.#legId, failures });
  }

  onHandshakeFailure(detail: string): void {
    this.#post({ type: 'handshake-failure', legId: this.#legId, detail });
  }
}

function createRtcpWatch(legId: string, rtpPort: number, post: (event: WorkerEvent) => void): RtcpWatch {
  return (direction, bytes, remote, isMultiplexed) => {
    const localPort = isMultiplexed ? rtpPort : rtpPort + 1;
    post({ type: 'rtcp', seen: { legId, direction, bytes, localPort, remote, atMs: readClockMs() } });
  };
}
