import type { AppendHandle } from '../../metrics/sink/append-file.ts';

/** A disk of limited size behind one file handle, that also takes writes piece by piece. */
export class FakeDisk {
  content: Buffer;
  room: number;
  readonly pieceBytes: number;
  canTruncate = true;

  constructor(content: string, room: number, pieceBytes = Number.POSITIVE_INFINITY) {
    this.content = Buffer.from(content);
    this.room = room;
    this.pieceBytes = pieceBytes;
  }

  get text(): string {
    return this.content.toString();
  }

  get handle(): AppendHandle {
    const handle = {
      write: async (bytes: Buffer, offset: number, length: number) => {
        const taken = Math.min(length, this.pieceBytes, this.room - this.content.length);
        if (taken <= 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
        this.content = Buffer.concat([this.content, bytes.subarray(offset, offset + taken)]);
        return { bytesWritten: taken, buffer: bytes };
      },
      read: async (bytes: Buffer, offset: number, length: number, position: number) => {
        const bytesRead = this.content.copy(bytes, offset, position, position + length);
        return { bytesRead, buffer: bytes };
      },
      stat: async () => ({ size: this.content.length, nlink: 1 }),
      truncate: async (size: number) => {
        if (!this.canTruncate) throw new Error('read-only file system');
        this.content = this.content.subarray(0, size);
      },
      close: async () => undefined,
    };
    return handle as unknown as AppendHandle;
  }
}
