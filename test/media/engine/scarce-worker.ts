import { parentPort, workerData } from 'node:worker_threads';
import type { MediaWorkerOptions, WorkerEvent } from '../../../media/engine/worker-message.ts';

/** A worker on a machine where the sockets of the kernel cannot be had. */
const { backend } = workerData as MediaWorkerOptions;
const reason = 'no libc here';
const event: WorkerEvent =
  backend === 'koffi' || backend === 'io_uring'
    ? { type: 'backend-unavailable', detail: reason }
    : { type: 'ready', backend: 'dgram', fallbackReason: backend === 'auto' ? reason : null };
if (event.type === 'ready') {
  parentPort?.on('message', () => parentPort?.close());
}
parentPort?.postMessage([event]);
