import { request } from 'node:http';
import { text } from 'node:stream/consumers';

export interface HttpAnswer {
  readonly statusCode: number;
  readonly text: string;
}

/** One request on a connection of its own, so that no kept connection blurs a count of sockets. */
export async function requestJson(
  port: number,
  method: string,
  path: string,
  body?: string,
): Promise<HttpAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
  const headers = body === undefined ? {} : { 'Content-Type': 'application/json' };
  const outgoing = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
    text(response).then((answer) => resolve({ statusCode: response.statusCode ?? 0, text: answer }), reject);
  });
  outgoing.on('error', reject);
  outgoing.end(body);
  return promise;
}
