import { parentPort } from 'node:worker_threads';
import '../../../media/engine/worker.ts';
import type { WorkerCommand } from '../../../media/engine/worker-message.ts';

/** The real worker, but one that dies when a leg named "die" is opened. */
parentPort?.on('message', (commands: readonly WorkerCommand[]) => {
  for (const command of commands) {
    if (command.type === 'open' && command.request.legId === 'die') throw new Error('told to die');
  }
});
