import { parentPort } from 'node:worker_threads';
import '../../../media/engine/worker.ts';
import { takeCommands } from '../../../media/engine/flat-message.ts';
import type { FlatMessage } from '../../../media/engine/flat-values.ts';

/** The real worker, but one that dies when a leg named "die" is opened. */
parentPort?.on('message', (message: FlatMessage) => {
  for (const command of takeCommands(message)) {
    if (command.type === 'open' && command.request.legId === 'die') throw new Error('told to die');
  }
});
