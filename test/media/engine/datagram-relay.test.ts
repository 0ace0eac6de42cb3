import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { BACKENDS, EngineRig, openLeg } from './engine-rig.ts';
import { mediaSession } from './rtp-caller.ts';

const FIRST_PORT = { dgram: 29_400, koffi: 29_600, io_uring: 29_800 } as const;

async function openFax(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

describe.each(BACKENDS)('fax between two legs, over %s', (backend) => {
  const rig = new EngineRig(backend, FIRST_PORT[backend]);

  it('crosses byte for byte, and nothing of ours is between', async () => {
    const engine = await rig.start();
    const [office, carrier] = [rig.keep(await openFax()), rig.keep(await openFax())];
    const one = await openLeg(engine, 'one');
    const other = await openLeg(engine, 'other');
    for (const [leg, peer, target] of [
      [one, office, other],
      [other, carrier, one],
    ] as const) {
      leg.update(mediaSession(0, { direction: 'inactive', remoteRtp: null, remoteRtcp: null }));
      leg.relayTo(target.legId);
      leg.carryDatagrams({ address: '127.0.0.1', port: peer.address().port });
    }
    const heard: string[] = [];
    carrier.on('message', (datagram) => heard.push(datagram.toString('hex')));
    // UDPTL begins with its sequence number (ITU-T T.38 §9.1): no version of RTP is in it.
    const send = (number: number) => office.send(Uint8Array.of(0, number, 1, 6, 0), one.rtpPort, '127.0.0.1');
    // What comes before the worker has heard of fax is sound that nobody agreed on.
    const probe = (): boolean => {
      send(9);
      return heard.length > 0;
    };
    await expect.poll(probe, { timeout: 5_000 }).toBe(true);
    for (let number = 0; number < 3; number++) send(number);
    const later = () => heard.filter((datagram) => datagram !== '0009010600');
    await expect.poll(later, { timeout: 5_000 }).toEqual(['0000010600', '0001010600', '0002010600']);
    const back = once(office, 'message');
    carrier.send(Uint8Array.of(7, 7), other.rtpPort, '127.0.0.1');
    expect((await back)[0]).toEqual(Buffer.of(7, 7));
  });
});
