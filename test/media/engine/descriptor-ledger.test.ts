import { closeSync, fstatSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { expect, it } from 'vitest';
import { createLedgerMemory, DescriptorLedger } from '../../../media/engine/descriptor-ledger.ts';

it('closes what is written in it, and nothing else', () => {
  const memory = createLedgerMemory();
  const [left, closed, wake, foreign] = Array.from({ length: 4 }, () => openSync(devNull, 'r+'));
  const ofWorker = new DescriptorLedger(memory);
  ofWorker.add(left!);
  ofWorker.add(closed!);
  ofWorker.setWake(wake!);
  ofWorker.remove(closed!);
  const ofMain = new DescriptorLedger(memory);
  ofMain.wake();
  ofMain.closeAll();
  for (const descriptor of [left!, wake!]) expect(() => fstatSync(descriptor)).toThrow('EBADF');
  for (const descriptor of [closed!, foreign!]) closeSync(descriptor);
  ofMain.wake();
  ofMain.closeAll();
});
