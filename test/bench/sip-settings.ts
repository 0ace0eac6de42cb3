/** What the SIP servers under measurement have in common: no limit is met, and whatever is unforeseen is said. */
import type { AudioFormat } from '../../signaling/session-description.ts';
import type { TransactionObserver } from '../../signaling/sip/transaction-user.ts';
import type { TransportListener } from '../../signaling/sip/transport-listener.ts';
import type { UserAgentOptions } from '../../signaling/sip/user-agent-options.ts';

export const ADDRESS = '127.0.0.1';
export const MANY = 1_000_000;

const PCMU: AudioFormat = {
  payloadType: 0,
  encodingName: 'PCMU',
  clockRateHz: 8_000,
  channels: 1,
  parameters: null,
};

export const SIP_OBSERVER: TransportListener & TransactionObserver = {
  onMalformed: (detail) => console.error('malformed', detail),
  onFlowClosed() {},
  onTrace() {},
  onRefused: (limit, detail) => console.error('refused', limit, detail),
  onFault: (error) => console.error('fault', error),
};

export const USER_AGENT_SETTINGS: Omit<UserAgentOptions, 'transactions' | 'flows'> = {
  capabilities: { formats: [PCMU], packetTimeMs: 20 },
  preference: 'remote',
  softwareName: 'Carillon bench',
  sessionTimer: { intervalSeconds: 1_800, minimumSeconds: 90 },
  reliableProvisional: 'required',
  wallClockMs: Date.now,
  maxDialogs: MANY,
  retryAfterSeconds: 5,
};
