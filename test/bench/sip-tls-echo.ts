/**
 * TLS as Node has it and nothing around it: what comes is sent back, half of a ping being its pong. The peer that
 * our TLS is measured beside. Prints its listener as one JSON line; ends on SIGTERM.
 */
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { makeSelfSignedIdentity } from '../../src/self-signed-identity.ts';
import { ADDRESS } from './sip-settings.ts';

const { certificate, key } = await makeSelfSignedIdentity(['localhost'], Date.now());
const server = createServer({ cert: certificate, key, noDelay: true }, (socket) => {
  socket.on('error', (error) => console.error(error.message));
  socket.on('data', (chunk: Buffer) => socket.write(chunk.subarray(chunk.length / 2)));
});
server.listen(0, ADDRESS, () => {
  console.log(JSON.stringify([{ transport: 'TLS', port: (server.address() as AddressInfo).port }]));
});
process.on('SIGTERM', () => server.close());
