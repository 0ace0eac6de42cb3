import type { ListenerKey, PlannedListener } from '../listener.ts';
import { findPortHolder } from './port-holder.ts';

interface ListenError {
  readonly code: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP';
}

/** Why a listener could not be opened, and how to move it. */
export interface ListenExplanation {
  readonly listenerName: string;
  /** Goes on after the name: `cannot have UDP port 5060 on 0.0.0.0: sipp (process 4711) has it`. */
  readonly problem: string;
  readonly remedy: string;
}

/**
 * Null when the error is about something else. Takes the errors of the SIP transports as well as those of
 * `node:net` and `node:dgram`.
 */
export function explainListenError(
  error: unknown,
  planned: readonly PlannedListener[],
): ListenExplanation | null {
  const listenError = readListenError(error);
  if (listenError === null) return null;
  const { port, protocol } = listenError;
  const listener = planned.find((candidate) => candidate.protocol === protocol && candidate.port === port);
  if (listener === undefined) return null;
  return { listenerName: listener.name, ...describe(listenError, listener) };
}

function describe(
  { code, port, protocol }: ListenError,
  { key, flag, address }: PlannedListener,
): Pick<ListenExplanation, 'problem' | 'remedy'> {
  const remedy =
    flag === null
      ? `Give it another ${key} in the configuration; null switches it off.`
      : `Move it with ${flag} ${port === 0 ? 5070 : port + 10} or ${key} in the configuration; 0 takes any free port, null switches it off.`;
  switch (code) {
    case 'EADDRINUSE': {
      const holder = findPortHolder(protocol, port);
      const by = holder === null ? 'another program' : `${holder.name} (process ${holder.processId})`;
      return { problem: `cannot have ${protocol} port ${port} on ${address}: ${by} has it`, remedy };
    }
    case 'EACCES':
      return { problem: `may not have ${protocol} port ${port}: ports below 1024 need more rights`, remedy };
    case 'EADDRNOTAVAIL':
      return {
        problem: `cannot listen on ${address}: this machine has no such address`,
        remedy: `Set ${addressKeyOf(key)} to one it has, or to 0.0.0.0 for all.`,
      };
    default:
      return { problem: `cannot listen on ${address}, ${protocol} port ${port}: ${code}`, remedy };
  }
}

/** H.323 listens where SIP does. */
function addressKeyOf(key: ListenerKey): 'sip.address' | 'http.address' {
  return key === 'http.port' ? 'http.address' : 'sip.address';
}

function readListenError(error: unknown): ListenError | null {
  if (!(error instanceof Error)) return null;
  const { code, port, syscall, transport } = error as NodeJS.ErrnoException & {
    port?: number;
    transport?: string;
  };
  if (code === undefined || port === undefined) return null;
  const isListening = syscall === 'bind' || syscall === 'listen' || transport !== undefined;
  if (!isListening) return null;
  return { code, port, protocol: syscall === 'bind' || transport === 'UDP' ? 'UDP' : 'TCP' };
}
