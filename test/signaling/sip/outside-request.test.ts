import { describe, expect, it } from 'vitest';
import { ping } from '../../../signaling/sip/outside-request.ts';
import { MemoryNetwork } from '../../support/sip-memory-network.ts';
import { Party } from '../../support/sip-user-agents.ts';

const ALICE = '192.0.2.1';
const BOB = '192.0.2.2';

function parties() {
  const network = new MemoryNetwork();
  return { network, alice: new Party(network, ALICE), bob: new Party(network, BOB) };
}

async function settle(network: MemoryNetwork, ms = 0): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    network.run();
  }
  if (ms > 0) network.advance(ms);
}

describe('an OPTIONS of ours', () => {
  it('is answered by who is there', async () => {
    const { network, alice } = parties();
    const answered = ping(alice.userAgent, `sip:${BOB}`);
    await settle(network);
    expect(await answered).toBe(200);
    const [options] = network.sent;
    expect(options?.summary).toBe('OPTIONS');
    expect(options?.message.headers.get('Accept')).toBe('application/sdp');
    expect(options?.message.headers.get('Max-Forwards')).toBe('70');
  });

  it('tells that nobody answers', async () => {
    const { network, alice } = parties();
    network.isLost = ({ to }) => to === BOB;
    const failed = ping(alice.userAgent, `sip:${BOB}`).catch((error: Error) => error.message);
    await settle(network, 33_000);
    expect(await failed).toBe(`sip:${BOB} does not answer`);
  });

  it('goes to no address that is none', async () => {
    const { alice } = parties();
    await expect(ping(alice.userAgent, 'tel')).rejects.toThrow('tel is no SIP URI');
  });
});
