/** The `rtcp-xr` attribute: which extended reports its writer wants to be sent (RFC 3611 §5). */
import type { ExtendedReportRequest } from '../session-description.ts';
import { findAttribute, type SdpAttribute } from './description.ts';

const ATTRIBUTE = 'rtcp-xr';
const VOIP_METRICS = 'voip-metrics';
const RECEIVER_ROUND_TRIP = 'rcvr-rtt';

/** What we ask for: all that we can read of how we are heard, and the round trip also where only one side sends. */
export const OWN_EXTENDED_REPORTS: SdpAttribute = {
  name: ATTRIBUTE,
  value: `${RECEIVER_ROUND_TRIP}=all stat-summary=loss,dup,jitt ${VOIP_METRICS}`,
};

/**
 * What the other side asks for, for this stream or for all of them (RFC 3611 §5.1: formats not known are passed
 * over).
 * @returns null where it asks for nothing that we send; also for an empty attribute, which says so expressly
 */
export function requestedExtendedReports(
  media: readonly SdpAttribute[],
  session: readonly SdpAttribute[],
): ExtendedReportRequest | null {
  const attribute = findAttribute(media, ATTRIBUTE) ?? findAttribute(session, ATTRIBUTE);
  const formats = attribute?.value?.trim().split(/\s+/) ?? [];
  const names = formats.map((format) => format.split(/[=:]/, 1)[0]?.toLowerCase());
  const hasVoipMetrics = names.includes(VOIP_METRICS);
  const hasReferenceTime = names.includes(RECEIVER_ROUND_TRIP);
  return hasVoipMetrics || hasReferenceTime ? { hasVoipMetrics, hasReferenceTime } : null;
}
