import type { AudioFormat, LocalMedia, MediaDirection } from '../session-description.ts';
import type { SdpAttribute, SdpConnection, SdpMedia } from './description.ts';
import { OWN_EXTENDED_REPORTS } from './extended-reports.ts';
import { LOOPBACK_MIRROR } from './loopback.ts';

/** What one `m=audio` line of ours says. */
export interface AudioDescription {
  readonly media: LocalMedia;
  /** `RTP/AVP`, `RTP/AVPF`, `RTP/SAVP` or `RTP/SAVPF`. */
  readonly protocol: string;
  /** In order of preference, with the payload types to use. */
  readonly formats: readonly AudioFormat[];
  readonly direction: MediaDirection;
  readonly packetTimeMs: number;
  readonly isRtcpMultiplexed: boolean;
  /** What stands behind `a=crypto:`, line by line. */
  readonly crypto?: readonly string[];
  /** ICE and DTLS. */
  readonly browser?: readonly SdpAttribute[];
  readonly hasExtendedReports: boolean;
  /** It is the mirror of a loopback. */
  readonly isMirror?: boolean;
}

/** The `c=` line for an address of ours. */
export function connectionFor(address: string): SdpConnection {
  return { networkType: 'IN', addressType: address.includes(':') ? 'IP6' : 'IP4', address };
}

/** Writes our audio stream; rtpmap for static payload types too, as RFC 3264 §6.1 recommends. */
export function createAudioMedia(description: AudioDescription): SdpMedia {
  const { media, protocol, formats } = description;
  const attributes: SdpAttribute[] = [];
  for (const format of formats) {
    appendFormat(attributes, format);
  }
  for (const value of description.crypto ?? []) attributes.push({ name: 'crypto', value });
  attributes.push(...(description.browser ?? []));
  attributes.push({ name: 'ptime', value: `${description.packetTimeMs}` });
  attributes.push({ name: description.direction, value: null });
  appendRtcp(attributes, description);
  if (description.hasExtendedReports) attributes.push(OWN_EXTENDED_REPORTS);
  if (description.isMirror === true) attributes.push(...LOOPBACK_MIRROR);
  return {
    type: 'audio',
    port: media.rtp.port,
    portCount: 1,
    protocol,
    formats: formats.map((format) => `${format.payloadType}`),
    connection: null,
    lines: [],
    attributes,
  };
}

function appendFormat(attributes: SdpAttribute[], format: AudioFormat): void {
  const { payloadType, encodingName, clockRateHz, channels, parameters } = format;
  const suffix = channels === 1 ? '' : `/${channels}`;
  attributes.push({ name: 'rtpmap', value: `${payloadType} ${encodingName}/${clockRateHz}${suffix}` });
  if (parameters !== null) {
    attributes.push({ name: 'fmtp', value: `${payloadType} ${parameters}` });
  }
}

/** RFC 5761 §5.1.1 and RFC 3605 §2.1: said only where RTCP is not on the next higher port. */
function appendRtcp(attributes: SdpAttribute[], description: AudioDescription): void {
  const { rtp, rtcp } = description.media;
  if (description.isRtcpMultiplexed) {
    attributes.push({ name: 'rtcp-mux', value: null });
  } else if (rtcp.address !== rtp.address) {
    const { networkType, addressType, address } = connectionFor(rtcp.address);
    attributes.push({ name: 'rtcp', value: `${rtcp.port} ${networkType} ${addressType} ${address}` });
  } else if (rtcp.port !== rtp.port + 1) {
    attributes.push({ name: 'rtcp', value: `${rtcp.port}` });
  }
}
