import type { CallEnvironment } from './call-environment.ts';
import { DigestClient, type DigestCredentials } from './digest-client.ts';
import { formatHostPort, type SipFlow } from './flow.ts';
import { SipHeaders } from './headers.ts';
import { DEFAULT_MAX_FORWARDS, SipRequest, type SipResponse } from './message.ts';
import { parseUri } from './uri.ts';

/** A request of ours that belongs to no dialog and makes none (RFC 3261 §8.1). */
export interface OutsideRequest {
  readonly method: 'OPTIONS' | 'PUBLISH';
  readonly target: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: Uint8Array;
  /** For whom asks for them (RFC 3261 §22); null or absent: a challenge is the answer. */
  readonly credentials?: DigestCredentials | null;
}

/**
 * Sends it and resolves with the final response.
 * @throws Error whose message is for a person, where there was none
 */
export async function sendOutside(
  environment: CallEnvironment,
  outside: OutsideRequest,
): Promise<SipResponse> {
  const { target, credentials = null } = outside;
  const uri = parseUri(target);
  if (uri === null) throw new Error(`${target} is no SIP URI`);
  const flow = await environment.flows.flowTo(uri);
  const digest = credentials === null ? null : new DigestClient(credentials, environment.randomBytes);
  const callId = environment.createTag() + environment.createTag();
  const from = `<sip:carillon@${formatHostPort(flow.localAddress, null)}>;tag=${environment.createTag()}`;
  // RFC 3261 §22.2: once more with credentials, under the same Call-ID and From, with a new number.
  for (let sequenceNumber = 1; ; sequenceNumber++) {
    const request = createOutside(environment, outside, { from, callId, sequenceNumber });
    digest?.authorize(request);
    const response = await exchange(environment, request, flow, target);
    const isChallenge = response.statusCode === 401 || response.statusCode === 407;
    if (!isChallenge || digest === null || !digest.learn(response)) return response;
  }
}

function createOutside(
  environment: CallEnvironment,
  { method, target, headers: more = [], body = new Uint8Array() }: OutsideRequest,
  identity: { readonly from: string; readonly callId: string; readonly sequenceNumber: number },
): SipRequest {
  const headers = new SipHeaders();
  headers.append('Max-Forwards', `${DEFAULT_MAX_FORWARDS}`);
  headers.append('From', identity.from);
  headers.append('To', `<${target}>`);
  headers.append('Call-ID', identity.callId);
  headers.append('CSeq', `${identity.sequenceNumber} ${method}`);
  headers.append('User-Agent', environment.settings.softwareName);
  for (const [name, value] of more) headers.append(name, value);
  return new SipRequest(method, target, headers, body);
}

function exchange(
  environment: CallEnvironment,
  request: SipRequest,
  flow: SipFlow,
  target: string,
): Promise<SipResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<SipResponse>();
  environment.transactions.request(request, flow, {
    onResponse: (response) => {
      if (response.statusCode >= 200) resolve(response);
    },
    onTimeout: () => reject(new Error(`${target} does not answer`)),
    onTransportError: (detail) => reject(new Error(detail)),
  });
  return promise;
}

/**
 * Asks whether somebody is there (RFC 3261 §11.1); resolves with the status of the answer, whatever it is.
 * @throws Error whose message is for a person, where there was none
 */
export async function ping(environment: CallEnvironment, target: string): Promise<number> {
  const headers = [['Accept', 'application/sdp']] as const;
  const { statusCode } = await sendOutside(environment, { method: 'OPTIONS', target, headers });
  return statusCode;
}
