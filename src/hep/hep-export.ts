import type { SeenRtcp } from '../../media/engine/seen-rtcp.ts';
import { parseCompound } from '../../media/rtcp/compound.ts';
import {
  type HepAddress,
  type HepAgent,
  type HepPacket,
  serializeHep,
} from '../../metrics/hep/hep-packet.ts';
import { rtcpToJson } from '../../metrics/hep/rtcp-json.ts';
import type { QualityReport } from '../../signaling/quality-report/quality-report.ts';
import type { SipFlow } from '../../signaling/sip/flow.ts';

/** Whom a media leg belongs to: as the SIP messages of the call name it, and where its media is sent to. */
export interface LegOwner {
  readonly callId: string;
  readonly localAddress: string;
}

interface HepExportParts {
  readonly agent: HepAgent;
  /** Null for one that is too long for a datagram. */
  send(packet: Uint8Array | null, nowMs: number): void;
  /** Null where nobody knows the leg. */
  ownerOf(legId: string): LegOwner | null;
}

const TEXT = new TextEncoder();

/** Shows Homer every SIP message, every RTCP report and how each call was, all under the Call-ID. */
export class HepExport {
  readonly #parts: HepExportParts;

  constructor(parts: HepExportParts) {
    this.#parts = parts;
  }

  /** The bytes may be used again afterwards. */
  sipMessage(
    direction: 'received' | 'sent',
    payload: Uint8Array,
    flow: Pick<SipFlow, 'transport' | 'localAddress' | 'localPort' | 'remoteAddress' | 'remotePort'>,
    correlationId: string,
    atMs: number,
  ): void {
    const local = { address: flow.localAddress, port: flow.localPort };
    const remote = { address: flow.remoteAddress, port: flow.remotePort };
    const ipProtocol = flow.transport === 'UDP' ? 'UDP' : 'TCP';
    this.#send({ type: 'sip', ...way(direction, local, remote), ipProtocol, atMs, correlationId, payload });
  }

  rtcp({ legId, direction, bytes, localPort, remote, atMs }: SeenRtcp): void {
    const owner = this.#parts.ownerOf(legId);
    const parsed = parseCompound(bytes);
    const json = parsed.isValid ? rtcpToJson(parsed.packets) : null;
    if (owner === null || json === null) return;
    const local = { address: owner.localAddress, port: localPort };
    const payload = TEXT.encode(json);
    const { callId: correlationId } = owner;
    const addresses = way(direction, local, { ...remote, address: plainAddress(remote.address) });
    this.#send({ type: 'rtcp-json', ...addresses, ipProtocol: 'UDP', atMs, correlationId, payload });
  }

  /** From where our media went out to where it was sent; a report without both is about nothing that was heard. */
  qualityReport(report: QualityReport, payload: Uint8Array, atMs: number): void {
    const source = mediaAddress(report.localAddress);
    const destination = mediaAddress(report.remoteAddress);
    if (source === null || destination === null) return;
    const correlationId = report.callId;
    this.#send({
      type: 'quality-report',
      source,
      destination,
      ipProtocol: 'UDP',
      atMs,
      correlationId,
      payload,
    });
  }

  #send(packet: HepPacket): void {
    this.#parts.send(serializeHep(packet, this.#parts.agent), packet.atMs);
  }
}

function way(
  direction: 'received' | 'sent',
  local: HepAddress,
  remote: HepAddress,
): { readonly source: HepAddress; readonly destination: HepAddress } {
  return direction === 'received'
    ? { source: remote, destination: local }
    : { source: local, destination: remote };
}

function mediaAddress(address: QualityReport['localAddress']): HepAddress | null {
  return address === null || address.port === null ? null : { address: address.address, port: address.port };
}

/** Sockets of both families write IPv4 as IPv6 (RFC 4291 §2.5.5.2), and some append a zone. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
}
