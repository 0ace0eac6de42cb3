import { BlockList, isIPv6 } from 'node:net';

/** Made once for each list that is configured: every request is held against it. */
const made = new WeakMap<readonly string[], BlockList>();

/** Whether an address lies in one of the blocks, `192.0.2.0/24` or `2001:db8::/32` (RFC 4632 §3.1). */
export function isInBlocks(address: string, blocks: readonly string[]): boolean {
  if (blocks.length === 0) return false;
  const list = made.get(blocks) ?? createList(blocks);
  return list.check(address, familyOf(address));
}

function createList(blocks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const block of blocks) {
    const [network = '', prefix = '0'] = block.split('/');
    list.addSubnet(network, Number(prefix), familyOf(network));
  }
  made.set(blocks, list);
  return list;
}

function familyOf(address: string): 'ipv6' | 'ipv4' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}
