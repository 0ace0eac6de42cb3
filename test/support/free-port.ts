import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** Taken from the system and given back at once; nobody else here asks for ports meanwhile. */
export async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}
