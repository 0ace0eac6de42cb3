/**
 * Opens TLS connections one after the other on several lanes: full handshake, a ping (RFC 5626 §4.4.1) and its
 * pong, close. Arguments: port, connections, lanes. Ends with 0 when every ping was answered.
 */
import { once } from 'node:events';
import { connect } from 'node:tls';

/** What baresip and linphone offer. Node by itself offers ML-KEM first, which no SIP peer of today does. */
const GROUPS = 'X25519:P-256';

const [port = 0, connections = 0, lanes = 1] = process.argv.slice(2).map(Number);
let left = connections;

async function pingOnce(): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ecdhCurve: GROUPS });
  await once(socket, 'secureConnect');
  if (socket.isSessionReused()) throw new Error('a session was resumed; that is no new connection');
  socket.write('\r\n\r\n');
  const [pong] = (await once(socket, 'data')) as [Buffer];
  if (pong.toString('latin1') !== '\r\n') throw new Error(`${pong.toString('latin1')} is no pong`);
  socket.destroy();
}

async function run(): Promise<void> {
  while (left > 0) {
    left -= 1;
    await pingOnce();
  }
}

await Promise.all(Array.from({ length: lanes }, run));
