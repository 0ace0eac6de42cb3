import { isIP } from 'node:net';
import { CallFailure } from '../call-failure.ts';
import { detachText } from '../detached-text.ts';
import type { MediaAddress } from '../session-description.ts';
import { findAttribute, type SdpConnection, type SdpMedia, type SdpSession } from './description.ts';
import { parseDecimal } from './parse.ts';

/** Where a stream's packets go; both null while the other side holds. */
export interface RemoteAddresses {
  readonly rtp: MediaAddress | null;
  readonly rtcp: MediaAddress | null;
  readonly isRtcpMultiplexed: boolean;
}

const HELD: RemoteAddresses = { rtp: null, rtcp: null, isRtcpMultiplexed: false };

/**
 * Reads where the other side wants RTP and RTCP of one stream.
 * @throws CallFailure `no-audio-offered` when the address is a name or a multicast group.
 */
export function remoteAddresses(session: SdpSession, media: SdpMedia): RemoteAddresses {
  const connection = media.connection ?? session.connection;
  if (media.port === 0 || connection === null || isHeldConnection(connection)) {
    return HELD;
  }
  const address = unicastAddress(connection.address);
  const rtp = { address, port: media.port };
  // RFC 5761 §5.1.1
  if (findAttribute(media.attributes, 'rtcp-mux') !== undefined) {
    return { rtp, rtcp: rtp, isRtcpMultiplexed: true };
  }
  return { rtp, rtcp: rtcpAddress(media, rtp), isRtcpMultiplexed: false };
}

/** RFC 3264 §8.4: the hold of RFC 2543 times, `c=0.0.0.0`; its likes for IPv6, `::` and names under `.invalid`. */
export function isHeldConnection(connection: SdpConnection): boolean {
  const { address } = connection;
  return address === '0.0.0.0' || address === '::' || address.toLowerCase().endsWith('.invalid');
}

/** RFC 3605 §2.1: `a=rtcp:port [IN IP4 address]`; without it the next higher port (RFC 3550 §11). */
function rtcpAddress(media: SdpMedia, rtp: MediaAddress): MediaAddress | null {
  const stated = findAttribute(media.attributes, 'rtcp')?.value;
  if (stated) {
    const [portText = '', , , address] = stated.trim().split(' ');
    const port = parseDecimal(portText, 65_535);
    if (port !== null && port !== 0) {
      return {
        address: address !== undefined && isIP(address) !== 0 ? detachText(address) : rtp.address,
        port,
      };
    }
  }
  return rtp.port < 65_535 ? { address: rtp.address, port: rtp.port + 1 } : null;
}

function unicastAddress(address: string): string {
  const family = isIP(address);
  if (family === 0) {
    throw new CallFailure(
      'no-audio-offered',
      `the media address "${address.slice(0, 60)}" is no literal unicast address`,
    );
  }
  if (isMulticast(address, family)) {
    throw new CallFailure('no-audio-offered', `the media address ${address} is a multicast group`);
  }
  return detachText(address);
}

function isMulticast(address: string, family: number): boolean {
  if (family === 6) {
    return address.toLowerCase().startsWith('ff');
  }
  const first = Number(address.slice(0, address.indexOf('.')));
  return first >= 224;
}
