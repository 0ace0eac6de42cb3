import type { FailureReason } from '../../call-failure.ts';
import type { CallParty } from '../../call-leg.ts';
import type { MediaAddress } from '../../session-description.ts';
import type { CallIdentity } from '../h225.ts';
import { aliasOf } from '../h225-body.ts';
import type { AdmissionRejectReason } from '../ras-types.ts';
import { createH225Address } from '../transport-address.ts';
import type { RasValue } from './ras-message.ts';
import type { RasTimer, RasTransactions } from './ras-transactions.ts';
import type { Registered } from './registration.ts';

/** Shorter than H.225.0 §7.19 recommends: a caller waits ten seconds after Call Proceeding (T310). */
const ADMISSION_REQUEST: RasTimer = { timeoutMs: 3_000, retries: 1 };
const DISENGAGE_REQUEST: RasTimer = { timeoutMs: 3_000, retries: 2 };
/** Both directions of 64 kbit/s, in units of 100 bit/s (H.225.0 §7.11.1). */
const BANDWIDTH = 1_280;

/** A call that came in, as the gatekeeper is asked about it. */
export interface CallToAdmit {
  readonly identity: CallIdentity;
  readonly calling: CallParty;
  readonly called: CallParty;
  /** Where the other side's call signaling is. */
  readonly peer: MediaAddress;
  /** The gatekeeper wants the call ended. */
  end(detail: string): void;
}

export type Admission =
  | { readonly isGranted: true }
  | { readonly isGranted: false; readonly reason: FailureReason; readonly detail: string };

const GRANTED: Admission = { isGranted: true };

/** Asks whether calls may be answered, tells when they end, and answers what the gatekeeper asks about them. */
export class Admissions {
  readonly #transactions: RasTransactions;
  readonly #calls = new Map<string, CallToAdmit>();
  readonly #registered: () => Registered | null;
  readonly #onUnknown: () => void;

  /** @param onUnknown the gatekeeper says that it does not know us */
  constructor(transactions: RasTransactions, registered: () => Registered | null, onUnknown: () => void) {
    this.#transactions = transactions;
    this.#registered = registered;
    this.#onUnknown = onUnknown;
  }

  /** Calls that the gatekeeper knows of. */
  get calls(): readonly CallToAdmit[] {
    return [...this.#calls.values()];
  }

  /** Where there is no registration there is nobody to ask, and calls to our address are taken as ever. */
  async admit(call: CallToAdmit): Promise<Admission> {
    const registered = this.#registered();
    if (registered === null) return GRANTED;
    const key = keyOf(call.identity);
    this.#calls.set(key, call);
    if (registered.isAnswerGranted) return GRANTED;
    const request = admissionRequest(call, registered);
    const answer = await this.#transactions.request('admissionRequest', request, ADMISSION_REQUEST);
    if (answer?.choice !== 'admissionReject') return GRANTED;
    this.#calls.delete(key);
    const { choice } = answer.value.rejectReason;
    if (choice === 'callerNotRegistered' || choice === 'invalidEndpointIdentifier') this.#onUnknown();
    return {
      isGranted: false,
      reason: reasonOf(choice),
      detail: `The gatekeeper refuses the call: ${choice}.`,
    };
  }

  /** The call is over, whoever ended it. */
  release({ identity }: Pick<CallToAdmit, 'identity'>): void {
    const registered = this.#registered();
    if (!this.#calls.delete(keyOf(identity)) || registered === null) return;
    const { endpointIdentifier } = registered;
    const request = {
      endpointIdentifier,
      conferenceID: identity.conferenceId,
      callReferenceValue: identity.callReference,
      disengageReason: { choice: 'normalDrop', value: null },
      callIdentifier: { guid: identity.callIdentifier },
      answeredCall: true,
    } as const;
    void this.#transactions.request('disengageRequest', request, DISENGAGE_REQUEST);
  }

  /** The gatekeeper drops a call: by its identifier, or by conference and reference (H.225.0 §7.13.1). */
  drop({ callIdentifier, conferenceID, callReferenceValue }: RasValue<'disengageRequest'>): boolean {
    const call = this.calls.find(({ identity }) => {
      return callIdentifier === undefined
        ? isSame(identity.conferenceId, conferenceID) && identity.callReference === callReferenceValue
        : isSame(identity.callIdentifier, callIdentifier.guid);
    });
    if (call === undefined) return false;
    // It is told by the answer, and needs no request of ours.
    this.#calls.delete(keyOf(call.identity));
    call.end('The gatekeeper dropped the call.');
    return true;
  }
}

function admissionRequest(
  { identity, calling, called, peer }: CallToAdmit,
  { endpointIdentifier, gatekeeperIdentifier }: Registered,
) {
  return {
    callType: { choice: 'pointToPoint', value: null },
    endpointIdentifier,
    ...(called.user !== '' && { destinationInfo: [aliasOf(called.user)] }),
    srcInfo: calling.user === '' ? [] : [aliasOf(calling.user)],
    srcCallSignalAddress: createH225Address(peer),
    bandWidth: BANDWIDTH,
    callReferenceValue: identity.callReference,
    conferenceID: identity.conferenceId,
    activeMC: false,
    answerCall: true,
    canMapAlias: false,
    callIdentifier: { guid: identity.callIdentifier },
    ...(gatekeeperIdentifier !== null && { gatekeeperIdentifier }),
    willSupplyUUIEs: false,
  } as const;
}

/** H.225.0 table 5 in the words of our own failures. */
function reasonOf(reason: AdmissionRejectReason['choice']): FailureReason {
  return reason === 'resourceUnavailable' || reason === 'exceedsCallCapacity'
    ? 'too-many-calls'
    : 'not-allowed';
}

function keyOf({ callIdentifier }: CallIdentity): string {
  return Buffer.from(callIdentifier).toString('hex');
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
