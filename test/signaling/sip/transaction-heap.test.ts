import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { createResponse } from '../../../signaling/sip/create-response.ts';
import { RecordingFlow, requestText, TransactionRig } from '../../support/sip-transaction-rig.ts';

const COUNT = 10_000;
const LARGEST_BYTES = 1_536;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** A flow that forgets what it sends. */
class SilentFlow extends RecordingFlow {
  override send(): void {}
}

function usedBytes(): number {
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

it.each([
  ['INVITE', 200],
  ['INVITE', 486],
  ['OPTIONS', 200],
  ['BYE', 200],
])('%s answered with %i keeps at most 1.5 KB until it ends', (method, statusCode) => {
  const rig = new TransactionRig('UDP');
  const flow = new SilentFlow('UDP');
  rig.layer.listen({
    onRequest: (request, transaction) =>
      transaction.respond(createResponse(request, statusCode, undefined, 'ours')),
    onAck() {},
    onCancel() {},
    onStrayResponse() {},
  });
  const answer = (from: number) => {
    for (let index = from; index < from + COUNT; index++) {
      const parts = { branch: `z9hG4bK-1234-${index}`, callId: `${index}-5678@192.0.2.2` };
      rig.receive(requestText(method, method === 'BYE' ? { ...parts, toTag: 'ours' } : parts), flow);
    }
  };
  // Once round first: compiled code and the tables' growth are not the transactions'.
  answer(0);
  rig.clock.step(40_000);
  const before = usedBytes();
  answer(COUNT);
  expect(rig.layer.size).toBe(COUNT);
  const perTransaction = (usedBytes() - before) / COUNT;
  expect(perTransaction).toBeGreaterThan(100);
  expect(perTransaction).toBeLessThan(LARGEST_BYTES);
});
