import { parentPort } from 'node:worker_threads';
import '../../../media/engine/worker.ts';
import { type FlatMessage, takeCommands } from '../../../media/engine/flat-message.ts';

/** The real worker, but one that dies when a leg named "die" is opened. */
parentPort?.on('message', (message: FlatMessage) => {
  for (const command of takeCommands(message)) {
    if (command.type === 'open' && command.request.legId === 'die') throw new Error('told to die');
  }
});
