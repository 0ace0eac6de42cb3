import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The process that has a port open. */
export interface PortHolder {
  readonly processId: number;
  readonly name: string;
}

/** Linux: the state a listening TCP socket, or an unconnected UDP one, has in /proc/net. */
const OPEN_STATE = { TCP: '0A', UDP: '07' } as const;

/** Who holds a port, read from /proc; null elsewhere than on Linux, and for processes of other users. */
export function findPortHolder(protocol: 'TCP' | 'UDP', port: number): PortHolder | null {
  const name = protocol.toLowerCase();
  const inodes = new Set(
    [name, `${name}6`].flatMap((table) => openSockets(readOrEmpty(`/proc/net/${table}`), protocol, port)),
  );
  if (inodes.size === 0) return null;
  for (const entry of listOrEmpty('/proc')) {
    if (/^\d+$/.test(entry) && holdsOneOf(entry, inodes)) {
      return { processId: Number(entry), name: readOrEmpty(`/proc/${entry}/comm`).trim() };
    }
  }
  return null;
}

/** Inodes of the sockets open on a port, from the text of /proc/net/tcp and the like (proc(5)). */
export function openSockets(table: string, protocol: 'TCP' | 'UDP', port: number): string[] {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = '', , state]) => local.endsWith(`:${hexPort}`) && state === OPEN_STATE[protocol])
    .flatMap((columns) => columns[9] ?? []);
}

function holdsOneOf(processId: string, inodes: ReadonlySet<string>): boolean {
  return listOrEmpty(`/proc/${processId}/fd`).some((descriptor) => {
    const target = readLinkOrEmpty(`/proc/${processId}/fd/${descriptor}`);
    return inodes.has(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? '');
  });
}

// Processes come and go while we look, and those of others may not be looked into: both are nothing found.

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function listOrEmpty(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function readLinkOrEmpty(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}
