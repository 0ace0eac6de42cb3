import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { ConnectFailed, type SipTarget } from './connect.ts';
import { formatHostPort } from './flow.ts';

/** RFC 7118 §4.1 */
export const SUBPROTOCOL = 'sip';
/** What we listen at, and what we ask for: a SIP URI has no place for a path. */
export const WEBSOCKET_PATH = '/sip';

/**
 * Turns an open connection, secure or not, into a WebSocket (RFC 7118 §4, RFC 6455 §4.1).
 * @throws ConnectFailed
 */
export function openWebSocket(
  target: SipTarget,
  socket: Socket,
  maxPayload: number,
  signal: AbortSignal,
): Promise<WebSocket> {
  const webSocket = new WebSocket(
    `ws://${formatHostPort(target.host, target.port)}${WEBSOCKET_PATH}`,
    SUBPROTOCOL,
    { createConnection: () => socket, perMessageDeflate: false, maxPayload },
  );
  return new Promise((resolve, reject) => {
    const onAbort = () => fail(new Error(String(signal.reason?.message ?? signal.reason)));
    const fail = (error: Error) => {
      settle();
      webSocket.on('error', () => {});
      webSocket.terminate();
      reject(new ConnectFailed(target, 'HANDSHAKE', error.message));
    };
    const settle = () => {
      signal.removeEventListener('abort', onAbort);
      webSocket.off('error', fail);
    };
    webSocket.once('error', fail);
    webSocket.once('open', () => {
      settle();
      resolve(webSocket);
    });
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
  });
}
