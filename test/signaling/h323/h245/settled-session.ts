import { createOpenLogicalChannel } from '../../../../signaling/h323/h245/logical-channel.ts';
import { decodeH245, type H245Message, request, response } from '../../../../signaling/h323/h245/message.ts';
import { type H245Action, H245Session } from '../../../../signaling/h323/h245/session.ts';
import type { OpenLogicalChannel } from '../../../../signaling/h323/h245-types.ts';
import { encodeType } from '../../../../signaling/h323/messages.ts';
import { createH245Address } from '../../../../signaling/h323/transport-address.ts';
import type { AudioFormat, MediaAddress } from '../../../../signaling/session-description.ts';
import { PCMA, PCMU } from '../../../support/h323-caller.ts';

export const OURS = address('192.0.2.1', 5200);
export const THEIRS = address('192.0.2.2', 4000);

function address(host: string, port: number) {
  return { rtp: { address: host, port }, rtcp: { address: host, port: port + 1 } };
}

export function session(formats: readonly AudioFormat[] = [PCMU, PCMA], terminalType = 190) {
  return new H245Session({
    terminalType,
    random: () => 77,
    peerAddress: terminalType === 190 ? '192.0.2.2' : '192.0.2.1',
    local: terminalType === 190 ? OURS : THEIRS,
    capabilities: { formats, packetTimeMs: 20 },
  });
}

export const sent = (actions: readonly H245Action[]) =>
  actions.flatMap((action) => (action.kind === 'send' ? [action.message] : []));
export const names = (actions: readonly H245Action[]) => sent(actions).map(({ value }) => value.choice);
export const kinds = (actions: readonly H245Action[]) => actions.map(({ kind }) => kind);
export const last = (actions: readonly H245Action[], kind: H245Action['kind']) =>
  actions.findLast((one) => one.kind === kind);

/** A session that has been through capabilities and master/slave with a terminal of these codecs. */
export function settled(
  remote: readonly AudioFormat[] = [PCMA],
  own = session(),
  first: readonly H245Message[] = [],
) {
  const actions = own.start(0);
  for (const message of first) own.receive(message, 0);
  const set = sent(session(remote, 50).start(0))[0] as H245Message;
  actions.push(...own.receive(set, 0));
  actions.push(...own.receive(response('terminalCapabilitySetAck', { sequenceNumber: 1 }), 0));
  actions.push(
    ...own.receive(
      response('masterSlaveDeterminationAck', { decision: { choice: 'master', value: null } }),
      0,
    ),
  );
  return { own, actions };
}

export function openOf(actions: readonly H245Action[]): OpenLogicalChannel {
  const open = sent(actions).find(({ value }) => value.choice === 'openLogicalChannel');
  if (open?.value.choice !== 'openLogicalChannel') throw new Error('no channel was opened');
  return open.value.value;
}

export function ackOf(number: number, rtp: MediaAddress): H245Message {
  return response('openLogicalChannelAck', {
    forwardLogicalChannelNumber: number,
    forwardMultiplexAckParameters: {
      choice: 'h2250LogicalChannelAckParameters',
      value: { sessionID: 1, mediaChannel: createH245Address(rtp) },
    },
  });
}

export const openPcma = request(
  'openLogicalChannel',
  createOpenLogicalChannel(7, { format: PCMA, framesPerPacket: 30 }, THEIRS),
);

export function closeOf(number: number): H245Message {
  const source = { choice: 'user', value: null } as const;
  return request('closeLogicalChannel', { forwardLogicalChannelNumber: number, source });
}

export function tokenRequest(): H245Message {
  const standard = (value: number) => ({ choice: 'standard', value }) as const;
  return request('genericRequest', {
    messageIdentifier: { choice: 'standard', value: '0.0.8.239.2' },
    subMessageIdentifier: 3,
    messageContent: [
      { parameterIdentifier: standard(44), parameterValue: { choice: 'unsignedMin', value: 1 } },
      { parameterIdentifier: standard(42), parameterValue: { choice: 'unsignedMin', value: 3 } },
      { parameterIdentifier: standard(43), parameterValue: { choice: 'unsignedMin', value: 9 } },
    ],
  });
}

/** An alternative that a later version of the recommendation might have. */
export const LATER = { choice: '?', value: { index: 30, octets: new Uint8Array([1, 2]) } };

/** A message that our types do not describe, as it comes off the wire. */
export function foreign(message: unknown): H245Message {
  return decodeH245(encodeType('h245.MultimediaSystemControlMessage', message));
}
