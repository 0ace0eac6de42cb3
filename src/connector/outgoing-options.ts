import type { CallDirection } from '../../metrics/aggregator.ts';
import type { AudioCapabilities, AudioFormat } from '../../signaling/session-description.ts';
import type { SipFlow } from '../../signaling/sip/flow.ts';
import { formatHostPort } from '../../signaling/sip/flow.ts';
import type { OutgoingCallOptions } from '../../signaling/sip/outgoing-call-options.ts';
import { type Attempt, targetOf } from './call-plan.ts';
import type { CalleeSearchOptions } from './callee-search.ts';
import type { ConnectorDesk } from './connector-desk.ts';
import type { Placement } from './placement.ts';
import type { TrunkCall } from './trunk-call.ts';
import type { TrunkMedia } from './trunk-media.ts';

/** How a route is called, in the shape that customers and carriers know from AWS. */
export function outgoingOptions(
  call: TrunkCall,
  placement: Placement,
  attempt: Attempt,
  desk: ConnectorDesk,
  media: TrunkMedia,
): CalleeSearchOptions {
  const { settings } = desk;
  const { direction, toNumber, side, maxForwards } = placement;
  return {
    target: targetOf(attempt, toNumber, direction),
    flow: attempt.route === null ? desk.dialer.network : null,
    routeTimeoutMs: settings.routeTimeoutMs,
    after: (delayMs, action) => desk.after(delayMs, action),
    onPlaced: (sipCallId) => {
      desk.loops.placed(sipCallId, call);
      desk.observer.legPlaced(call, sipCallId);
    },
    optionsOn: (flow) => ({
      maxForwards,
      from: fromOf(placement, settings.privateAddress, flow),
      media: media.localMedia(side, desk.mediaAddressFor(flow.localAddress)),
      capabilities: capabilitiesFor(call, direction, attempt, desk),
      headers: direction === 'Inbound' ? customerHeaders(attempt, flow) : [],
    }),
  };
}

/**
 * The caller's codec first, so that packets can cross as they are. Encrypted towards customers who require it, in clear
 * to everybody else: SRTP ends here.
 */
function capabilitiesFor(
  call: TrunkCall,
  direction: CallDirection,
  attempt: Attempt,
  { dialer }: ConnectorDesk,
): AudioCapabilities {
  const { capabilities } = dialer;
  const preferred = call.audio?.format.encodingName;
  const isPreferred = ({ encodingName }: AudioFormat): boolean => encodingName === preferred;
  const formats = [
    ...capabilities.formats.filter(isPreferred),
    ...capabilities.formats.filter((format) => !isPreferred(format)),
  ];
  const isSecure = direction === 'Inbound' && attempt.connector.definition.requireEncryption;
  return { ...capabilities, formats, encryption: isSecure ? 'required' : 'off' };
}

/** Customers see a private host in From; a carrier sees the address we talk from. */
function fromOf({ fromNumber, direction }: Placement, privateAddress: string, flow: SipFlow): string {
  const user = fromNumber.replaceAll(/[^\w+.-]/g, '') || 'anonymous';
  const host =
    direction === 'Inbound'
      ? formatHostPort(privateAddress, 5060)
      : formatHostPort(flow.localAddress, flow.localPort);
  return `<sip:${user}@${host}>`;
}

function customerHeaders({ connector }: Attempt, flow: SipFlow): NonNullable<OutgoingCallOptions['headers']> {
  return [
    ['X-VoiceConnector-ID', connector.id],
    ['Record-Route', `<sip:${formatHostPort(flow.localAddress, flow.localPort)};lr;nat=yes>`],
  ];
}
