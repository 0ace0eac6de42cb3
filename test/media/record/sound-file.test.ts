import { describe, expect, it } from 'vitest';
import { type OutputFile, SoundFile } from '../../../media/record/sound-file.ts';
import { WavFormat } from '../../../media/record/sound-format.ts';
import { parseWav } from '../../../media/record/wav.ts';

/** A disk of so many bytes; `gate` holds every write back. */
class FakeFile implements OutputFile {
  bytes = new Uint8Array(0);
  gate: Promise<void> = Promise.resolve();
  isSynced = false;
  isClosed = false;
  readonly #capacity: number;

  constructor(capacity = Number.POSITIVE_INFINITY) {
    this.#capacity = capacity;
  }

  async write(bytes: Uint8Array, offset: number, length: number, position: number) {
    await this.gate;
    const bytesWritten = Math.min(length, this.#capacity - position);
    if (bytesWritten <= 0) throw new Error('ENOSPC: no space left on device, write');
    const grown = new Uint8Array(Math.max(this.bytes.length, position + bytesWritten));
    grown.set(this.bytes);
    grown.set(bytes.subarray(offset, offset + bytesWritten), position);
    this.bytes = grown;
    return { bytesWritten };
  }

  async truncate(length: number): Promise<void> {
    this.bytes = this.bytes.slice(0, length);
  }

  async sync(): Promise<void> {
    this.isSynced = true;
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

const RATE_HZ = 8000;
const FRAME = Int16Array.from({ length: 160 }, (_, index) => index + 1);

async function opened(disk: FakeFile): Promise<{ file: SoundFile; failures: string[] }> {
  const failures: string[] = [];
  const file = new SoundFile(RATE_HZ, new WavFormat(RATE_HZ), (detail) => failures.push(detail));
  await file.open(Promise.resolve(disk));
  return { file, failures };
}

function append(file: SoundFile, frames: number): void {
  for (let frame = 0; frame < frames; frame++) file.append(FRAME, 0, FRAME.length);
}

/** Until nothing moves any more. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a recording file', () => {
  it('holds all that was said, with the lengths of its header', async () => {
    const disk = new FakeFile();
    const { file, failures } = await opened(disk);
    append(file, 130);
    await file.close();
    const { samples, sampleRateHz } = parseWav(disk.bytes);
    expect([sampleRateHz, samples.length, file.written]).toEqual([RATE_HZ, 130 * 160, 130 * 160]);
    expect(samples.slice(160 * 129)).toEqual(FRAME);
    expect([disk.isSynced, disk.isClosed, failures]).toEqual([true, true, []]);
  });

  it('is whole at every moment: left by a crash it has all but its last second', async () => {
    const disk = new FakeFile();
    const { file } = await opened(disk);
    append(file, 120);
    await settled();
    expect(parseWav(disk.bytes).samples).toHaveLength(2 * RATE_HZ);
    expect(disk.isClosed).toBe(false);
  });

  it('takes what comes before it is open', async () => {
    const disk = new FakeFile();
    const file = new SoundFile(RATE_HZ, new WavFormat(RATE_HZ), () => undefined);
    append(file, 60);
    await file.open(Promise.resolve(disk));
    await file.close();
    expect(parseWav(disk.bytes).samples).toHaveLength(60 * 160);
  });

  it('on a full disk breaks off once, keeps what stands, and goes on taking', async () => {
    const disk = new FakeFile(44 + 2 * RATE_HZ * 2 + 5000);
    const { file, failures } = await opened(disk);
    append(file, 200);
    await settled();
    append(file, 200);
    await file.close();
    expect(failures).toEqual(['ENOSPC: no space left on device, write']);
    expect(file.failure).toBe(failures[0]);
    expect(parseWav(disk.bytes).samples).toHaveLength(2 * RATE_HZ);
    expect(file.written).toBe(2 * RATE_HZ);
    expect(disk.bytes).toHaveLength(44 + 2 * RATE_HZ * 2);
    expect(disk.isClosed).toBe(true);
  });

  it('on a disk that hangs gives up after half a minute of sound, and not memory', async () => {
    const disk = new FakeFile();
    const { file, failures } = await opened(disk);
    const { promise, resolve } = Promise.withResolvers<void>();
    disk.gate = promise;
    append(file, 50 * 40);
    expect(failures).toEqual(['the disk is too slow']);
    resolve();
    await file.close();
    expect(disk.isClosed).toBe(true);
  });

  it('that cannot be opened says why', async () => {
    const file = new SoundFile(RATE_HZ, new WavFormat(RATE_HZ), () => undefined);
    await expect(file.open(Promise.reject(new Error('EACCES: denied')))).rejects.toThrow('EACCES');
    await expect(
      new SoundFile(RATE_HZ, new WavFormat(RATE_HZ), () => undefined).open(Promise.resolve(new FakeFile(10))),
    ).rejects.toThrow('ENOSPC');
    await file.close();
  });

  it('writes a header again only where it changed', async () => {
    const disk = new FakeFile();
    const positions: number[] = [];
    const write = disk.write.bind(disk);
    disk.write = (bytes, offset, length, position) => {
      positions.push(position);
      return write(bytes, offset, length, position);
    };
    const header = Uint8Array.of(1, 2);
    const format = { headerLength: 2, encode: () => Uint8Array.of(3), header: () => header };
    const file = new SoundFile(RATE_HZ, format, () => undefined);
    await file.open(Promise.resolve(disk));
    append(file, 150);
    await file.close();
    expect(positions).toEqual([0, 2, 3, 4]);
    expect([...disk.bytes]).toEqual([1, 2, 3, 3, 3]);
  });
});
