import { BlockList, isIPv6 } from 'node:net';

/** By the list of a configuration, which is asked for every call; a changed configuration is another list. */
const lists = new WeakMap<readonly string[], BlockList>();

/** Whether an address lies in one of the blocks, `192.0.2.0/24` or `2001:db8::/32` (RFC 4632 §3.1). */
export function isInBlocks(address: string, blocks: readonly string[]): boolean {
  if (blocks.length === 0) return false;
  let list = lists.get(blocks);
  if (list === undefined) {
    list = createBlockList(blocks);
    lists.set(blocks, list);
  }
  return list.check(address, familyOf(address));
}

function createBlockList(blocks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const block of blocks) {
    const [network = '', prefix = '0'] = block.split('/');
    list.addSubnet(network, Number(prefix), familyOf(network));
  }
  return list;
}

function familyOf(address: string): 'ipv6' | 'ipv4' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}
