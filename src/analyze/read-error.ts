import { CaptureDefect, type CaptureDefectReason } from '../../media/capture/capture-format.ts';

export interface ReadError {
  /** For people, with the path in front. */
  readonly sentence: string;
  /** Of the file, where reading stopped; null where it never began. */
  readonly byteOffset: number | null;
}

const DEFECTS: Readonly<Record<CaptureDefectReason, string>> = {
  empty: 'is empty',
  'not-a-capture': 'is no capture: it begins neither like pcap nor like pcapng',
  truncated: 'ends in the middle of a packet',
  'record-too-long': 'is corrupt: a packet longer than any can be',
  'bad-block': 'is corrupt: a block whose lengths do not fit',
  'unknown-interface': 'is corrupt: a packet of an interface that was not described',
  zeros: 'holds nothing but zeros from there on',
  'bad-compression': 'is corrupt: what is packed in it cannot be unpacked',
  interrupted: 'was not read to its end',
};

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EISDIR: 'is a folder, not a capture',
  EACCES: 'may not be read by us',
  ENOTDIR: 'is not there: a part of its path is a file',
  ENXIO: 'is a socket or device that cannot be read',
};

/** @throws what is no fault of the file */
export function describeReadError(source: string, error: unknown): ReadError {
  const path = source === '-' ? 'Standard input' : source;
  if (error instanceof CaptureDefect) {
    const { reason, offset } = error;
    return { sentence: `${path} ${DEFECTS[reason]} (at byte ${offset})`, byteOffset: offset };
  }
  const code = (error as NodeJS.ErrnoException | null)?.code;
  const isSystemError = error instanceof Error && code !== undefined && 'syscall' in error;
  if (!isSystemError) throw error;
  return { sentence: `${path} ${SYSTEM_ERRORS[code] ?? `cannot be read: ${code}`}`, byteOffset: null };
}
