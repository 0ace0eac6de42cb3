/** Entry of a media worker thread: messages in, messages out, some of them together. */
import { parentPort, workerData } from 'node:worker_threads';
import { putEvent, takeCommands } from './flat-message.ts';
import type { FlatMessage } from './flat-values.ts';
import { MediaWorker } from './media-worker.ts';
import { type OpenedBackend, openBackend } from './open-backend.ts';
import type { MediaWorkerOptions, WorkerEvent } from './worker-message.ts';

type Port = NonNullable<typeof parentPort>;

if (parentPort !== null) await run(parentPort, workerData as MediaWorkerOptions);

async function run(port: Port, options: MediaWorkerOptions): Promise<void> {
  let events: FlatMessage = [];
  const flush = (): void => {
    if (events.length === 0) return;
    port.postMessage(events);
    events = [];
  };
  const opened = await open(port, options, flush);
  if (opened === null) return;
  const { backend, fallbackReason } = opened;
  const worker = new MediaWorker(options, backend, (event) => {
    if (events.length === 0) setImmediate(flush);
    putEvent(events, event);
  });
  port.on('message', (message: FlatMessage) => {
    for (const command of takeCommands(message)) {
      worker.receive(command);
      // Nothing is left open then, and the thread ends by itself.
      if (command.type === 'stop') port.close();
    }
    backend.finishClosing();
  });
  port.postMessage([{ type: 'ready', backend: backend.name, fallbackReason }] satisfies WorkerEvent[]);
}

async function open(
  port: Port,
  { backend, receiveBufferBytes, ledgerMemory }: MediaWorkerOptions,
  beforeWait: () => void,
): Promise<OpenedBackend | null> {
  try {
    return await openBackend({ choice: backend, receiveBufferBytes, ledgerMemory, beforeWait });
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    port.postMessage([{ type: 'backend-unavailable', detail }] satisfies WorkerEvent[]);
    return null;
  }
}
