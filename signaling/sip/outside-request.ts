import type { CallEnvironment } from './call-environment.ts';
import { formatHostPort } from './flow.ts';
import { SipHeaders } from './headers.ts';
import { DEFAULT_MAX_FORWARDS, SipRequest, type SipResponse } from './message.ts';
import { parseUri } from './uri.ts';

/** A request of ours that belongs to no dialog and makes none (RFC 3261 §8.1). */
export interface OutsideRequest {
  readonly method: 'OPTIONS' | 'PUBLISH';
  readonly target: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: Uint8Array;
}

/**
 * Sends it and resolves with the final response.
 * @throws Error whose message is for a person, where there was none
 */
export async function sendOutside(
  environment: CallEnvironment,
  { method, target, headers: more = [], body = new Uint8Array() }: OutsideRequest,
): Promise<SipResponse> {
  const uri = parseUri(target);
  if (uri === null) throw new Error(`${target} is no SIP URI`);
  const flow = await environment.flows.flowTo(uri);
  const headers = new SipHeaders();
  headers.append('Max-Forwards', `${DEFAULT_MAX_FORWARDS}`);
  const host = formatHostPort(flow.localAddress, null);
  headers.append('From', `<sip:carillon@${host}>;tag=${environment.createTag()}`);
  headers.append('To', `<${target}>`);
  headers.append('Call-ID', environment.createTag() + environment.createTag());
  headers.append('CSeq', `1 ${method}`);
  headers.append('User-Agent', environment.settings.softwareName);
  for (const [name, value] of more) headers.append(name, value);
  const request = new SipRequest(method, target, headers, body);
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
