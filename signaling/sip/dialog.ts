import type { DialogTags } from '../call-leg.ts';
import { detachText, detachTexts } from '../detached-text.ts';
import { type DialogRoute, routeRequest } from './dialog-route.ts';
import { SipHeaders } from './headers.ts';
import { DEFAULT_MAX_FORWARDS, type SipMessage, SipRequest, type SipResponse } from './message.ts';
import { withoutHeaders } from './uri.ts';

/** RFC 3261 §12: `early` from a provisional response on, `confirmed` from a 2xx on. */
export type DialogState = 'early' | 'confirmed' | 'terminated';

/** What a dialog is born with; the header values are as written, tags included. */
export interface DialogInit {
  readonly callId: string;
  readonly localTag: string;
  /** Empty for a peer of RFC 2543 times that sends none. */
  readonly remoteTag: string;
  /** From header value of our requests. */
  readonly localHeader: string;
  /** To header value of our requests. */
  readonly remoteHeader: string;
  readonly remoteTarget: string;
  readonly routeSet: readonly string[];
  /** Record-Route values of our own INVITE: the way to ourselves, which our requests need not take. */
  readonly ownRoutes?: number;
  readonly localSequence: number;
  /** Null until the other side sent a request. */
  readonly remoteSequence: number | null;
}

/** What becomes of a request by its CSeq (RFC 3261 §12.2.2). */
export type SequenceVerdict = 'in-order' | 'out-of-order';

const NO_ROUTES: readonly string[] = [];
/** Leaves room to count up and stays below 2^31 (RFC 3261 §8.1.1.5). */
const FIRST_SEQUENCE_NUMBER = 1;

/** One dialog, either side of it: identity, sequence numbers and the way to the peer (RFC 3261 §12). */
export class Dialog {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  state: DialogState = 'early';
  readonly #localHeader: string;
  readonly #remoteHeader: string;
  #remoteTarget: string;
  #routeSet: readonly string[];
  readonly #ownRoutes: number;
  #localSequence: number;
  #remoteSequence: number | null;

  constructor(init: DialogInit) {
    this.callId = init.callId;
    this.localTag = init.localTag;
    this.remoteTag = init.remoteTag;
    this.#localHeader = init.localHeader;
    this.#remoteHeader = init.remoteHeader;
    this.#remoteTarget = init.remoteTarget;
    this.#routeSet = init.routeSet;
    this.#ownRoutes = init.ownRoutes ?? 0;
    this.#localSequence = init.localSequence;
    this.#remoteSequence = init.remoteSequence;
  }

  get remoteTarget(): string {
    return this.#remoteTarget;
  }

  /** The other side's address, as the To of our requests has it. */
  get remoteHeader(): string {
    return this.#remoteHeader;
  }

  get routeSet(): readonly string[] {
    return this.#routeSet;
  }

  get localSequence(): number {
    return this.#localSequence;
  }

  /** As the INVITE and its answer have them, whichever side sent it. */
  tagsAs(role: 'caller' | 'callee'): DialogTags {
    const { localTag, remoteTag } = this;
    return role === 'caller' ? { from: localTag, to: remoteTag } : { from: remoteTag, to: localTag };
  }

  /** Whether the message carries this dialog's identity, `localTag` being known to match. */
  isAddressedBy(callId: string, remoteTag: string | null): boolean {
    return this.callId === callId && this.remoteTag === (remoteTag ?? '');
  }

  /** §12.2.2: a request must not have a lower number than one before it; the number is remembered. */
  receiveSequence(sequenceNumber: number): SequenceVerdict {
    if (this.#remoteSequence !== null && sequenceNumber < this.#remoteSequence) {
      return 'out-of-order';
    }
    this.#remoteSequence = sequenceNumber;
    return 'in-order';
  }

  /** §12.2.1.2 and §12.2.2: a target refresh replaces the remote target, never the route set. */
  refreshTarget(message: SipMessage): void {
    const target = remoteTargetOf(message);
    if (target !== null && target !== this.#remoteTarget) {
      this.#remoteTarget = detachText(target);
    }
  }

  /** §13.2.2.4: the 2xx that confirms an early dialog decides on the route set anew. */
  confirm(response: SipResponse | null): void {
    this.state = 'confirmed';
    if (response !== null) {
      this.refreshTarget(response);
      this.#routeSet = reversedRoutes(response, this.#ownRoutes);
    }
  }

  route(): DialogRoute {
    return routeRequest(this.#remoteTarget, this.#routeSet);
  }

  /** The next request of ours (§12.2.1.1), all but Via and Contact. CANCEL is the transaction's, ACK see below. */
  createRequest(method: string): SipRequest {
    this.#localSequence += 1;
    return this.#create(method, this.#localSequence);
  }

  /** The ACK for a 2xx: a request of its own with the INVITE's number (RFC 3261 §13.2.2.4). */
  createAck(sequenceNumber: number): SipRequest {
    return this.#create('ACK', sequenceNumber);
  }

  /** A request sent again with a new number, for credentials or a longer session interval. */
  renumber(request: SipRequest): void {
    this.#localSequence += 1;
    request.headers.set('CSeq', `${this.#localSequence} ${request.method}`);
  }

  #create(method: string, sequenceNumber: number): SipRequest {
    const { requestUri, routes } = this.route();
    const headers = new SipHeaders();
    for (const route of routes) {
      headers.append('Route', route);
    }
    headers.append('Max-Forwards', `${DEFAULT_MAX_FORWARDS}`);
    headers.append('From', this.#localHeader);
    headers.append('To', this.#remoteHeader);
    headers.append('Call-ID', this.callId);
    headers.append('CSeq', `${sequenceNumber} ${method}`);
    return new SipRequest(method, requestUri, headers);
  }
}

/** §12.1.1: the dialog of an INVITE that came in. `localTag` is the tag our responses carry. */
export function createServerDialog(invite: SipRequest, localTag: string): Dialog {
  const { headers, from, cSeq } = invite;
  // A caller of RFC 2543 need not have a Contact: the From is the best guess left.
  const target = remoteTargetOf(invite) ?? withoutHeaders(from.uri);
  return createDialog({
    callId: invite.callId,
    localTag,
    remoteTag: from.tag ?? '',
    localHeader: `${headers.get('To') ?? ''};tag=${localTag}`,
    remoteHeader: headers.get('From') ?? '',
    remoteTarget: target,
    routeSet: headers.has('Record-Route') ? recordRoutes(invite) : NO_ROUTES,
    localSequence: FIRST_SEQUENCE_NUMBER - 1,
    remoteSequence: cSeq.sequenceNumber,
  });
}

/** §12.1.2: the dialog of a response with a To tag to an INVITE of ours. */
export function createClientDialog(invite: SipRequest, response: SipResponse): Dialog {
  const ownRoutes = invite.headers.has('Record-Route') ? invite.recordRoutes.length : 0;
  return createDialog({
    callId: invite.callId,
    localTag: invite.from.tag ?? '',
    remoteTag: response.to.tag ?? '',
    localHeader: invite.headers.get('From') ?? '',
    remoteHeader: response.headers.get('To') ?? '',
    remoteTarget: remoteTargetOf(response) ?? invite.requestUri,
    routeSet: reversedRoutes(response, ownRoutes),
    ownRoutes,
    localSequence: invite.cSeq.sequenceNumber,
    remoteSequence: null,
  });
}

/** What the one Contact gives as Request-URI for the dialog (§8.1.1.8: sip or sips); null where it gives none. */
export function remoteTargetOf(message: SipMessage): string | null {
  const [contact, ...others] = message.contacts;
  const scheme = contact?.parsedUri()?.scheme;
  const isTarget = (scheme === 'sip' || scheme === 'sips') && others.length === 0;
  return contact !== undefined && isTarget ? withoutHeaders(contact.uri) : null;
}

/** The dialog outlives the message it came from, and keeps nothing of it but copies. */
function createDialog(init: DialogInit): Dialog {
  const { callId, remoteTag, localHeader, remoteHeader, remoteTarget } = init;
  const [
    detachedCallId = callId,
    detachedRemoteTag = remoteTag,
    detachedLocalHeader = localHeader,
    detachedRemoteHeader = remoteHeader,
    detachedRemoteTarget = remoteTarget,
  ] = detachTexts([callId, remoteTag, localHeader, remoteHeader, remoteTarget]);
  return new Dialog({
    ...init,
    callId: detachedCallId,
    remoteTag: detachedRemoteTag,
    localHeader: detachedLocalHeader,
    remoteHeader: detachedRemoteHeader,
    remoteTarget: detachedRemoteTarget,
  });
}

function recordRoutes(message: SipMessage): readonly string[] {
  return message.recordRoutes.map((route) => detachText(route.toString()));
}

/** §12.1.2: nearest first; those of ours stand before all others. */
function reversedRoutes(response: SipResponse, ownRoutes: number): readonly string[] {
  if (!response.headers.has('Record-Route')) return NO_ROUTES;
  return recordRoutes(response).toReversed().slice(ownRoutes);
}
