import type { CallEnd, CallLeg, SignaledDigit } from '../../signaling/call-leg.ts';
import { H323Endpoint, type H323EndpointOptions } from '../../signaling/h323/endpoint.ts';
import type { NegotiatedAudio } from '../../signaling/session-description.ts';
import { G722, PCMA, PCMU } from './h323-caller.ts';

/** Keeps what a leg tells. */
class LegRecorder {
  readonly media: NegotiatedAudio[] = [];
  readonly digits: SignaledDigit[] = [];
  readonly ends: CallEnd[] = [];
  isConfirmed = false;

  constructor(leg: CallLeg) {
    leg.listen({
      onMedia: (audio) => this.media.push(audio),
      onConfirmed: () => {
        this.isConfirmed = true;
      },
      onDigit: (digit) => this.digits.push(digit),
      onEnded: (end) => this.ends.push(end),
    });
  }
}

const MEDIA = {
  rtp: { address: '127.0.0.1', port: 5200 },
  rtcp: { address: '127.0.0.1', port: 5201 },
};

export interface StartedEndpoint {
  readonly endpoint: H323Endpoint;
  readonly port: number;
  readonly legs: CallLeg[];
  readonly recorders: LegRecorder[];
  readonly refused: string[];
  readonly limitsMet: (string | null)[];
  readonly malformed: string[];
}

/** What is done with each call unless a test says otherwise. */
export function answer(leg: CallLeg): void {
  leg.negotiate();
  leg.ring();
  leg.accept(MEDIA);
}

/** An endpoint on a free loopback port that keeps what it is told. */
export async function startEndpoint(
  options: Partial<H323EndpointOptions> = {},
  onCall: (leg: CallLeg) => void = answer,
): Promise<StartedEndpoint> {
  const legs: CallLeg[] = [];
  const recorders: LegRecorder[] = [];
  const refused: string[] = [];
  const limitsMet: (string | null)[] = [];
  const malformed: string[] = [];
  const endpoint = new H323Endpoint(
    {
      address: '127.0.0.1',
      port: 0,
      portRange: [0, 0],
      capabilities: { formats: [PCMU, PCMA, G722], packetTimeMs: 20 },
      displayName: 'Meeting',
      productId: 'Carillon',
      versionId: '1',
      ...options,
    },
    {
      onCall: (leg) => {
        legs.push(leg);
        recorders.push(new LegRecorder(leg));
        onCall(leg);
      },
      onRefused: (detail, _remoteAddress, limit) => {
        refused.push(detail);
        limitsMet.push(limit);
      },
      onMalformed: (detail) => malformed.push(detail),
    },
  );
  const port = await endpoint.start();
  return { endpoint, port, legs, recorders, refused, limitsMet, malformed };
}
