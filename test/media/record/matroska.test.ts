import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ebmlElement, ebmlUnsigned } from '../../../media/record/ebml.ts';
import { MatroskaFormat, nextFragmentNumber } from '../../../media/record/matroska-format.ts';
import { runToEnd } from '../../support/running-process.ts';

const RATE_HZ = 8000;
const FIRST = '91343852333181437344442219794598596340754947404';
const NAMING = {
  firstFragmentNumber: FIRST,
  startedAtMs: 1_795_000_000_000,
  tags: { TransactionId: 'e121596b', VoiceConnectorId: 'abcdef1ghij2klmno3pqr4', CallId: '1@pbx' },
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carillon-matroska-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A sine that runs on over all pieces: two whole seconds and a part of one. */
const samples = Int16Array.from({ length: 2 * RATE_HZ + 1234 }, (_, index) =>
  Math.round(12_000 * Math.sin((2 * Math.PI * 440 * index) / RATE_HZ)),
);

function writeStream(): string {
  const format = new MatroskaFormat(RATE_HZ, NAMING, () => 1_795_000_005_432);
  const parts = [format.header()];
  for (let offset = 0; offset < samples.length; offset += RATE_HZ) {
    const piece = samples.subarray(offset, offset + RATE_HZ);
    parts.push(format.encode(piece));
  }
  const path = join(folder, 'stream.mkv');
  writeFileSync(path, Buffer.concat(parts));
  return path;
}

async function run(program: string, ...parameters: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runToEnd(program, parameters, 30_000);
  expect([exitCode, stderr]).toEqual([0, '']);
  return stdout;
}

describe('a stream file', () => {
  it('gives ffmpeg every sample back', async () => {
    const raw = join(folder, 'stream.wav');
    await run('ffmpeg', '-v', 'error', '-i', writeStream(), '-f', 's16le', raw);
    const decoded = readFileSync(raw);
    expect(decoded.equals(Buffer.from(samples.buffer))).toBe(true);
  });

  it('is to ffprobe what AWS streams: one track of 16-bit PCM, 8 kHz, one channel', async () => {
    const shown = await run('ffprobe', '-v', 'error', '-show_streams', '-of', 'json', writeStream());
    const { streams } = JSON.parse(shown);
    expect(streams).toHaveLength(1);
    expect(streams[0]).toMatchObject({ codec_name: 'pcm_s16le', sample_rate: '8000', channels: 1 });
  });

  it('has, to mkvinfo, a cluster and its tags for each fragment', async () => {
    const text = await run('mkvinfo', '--ui-language', 'en_US', '-a', writeStream());
    const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
    expect([count(/^\|\+ Cluster/gm), count(/^\|\+ Tags/gm)]).toEqual([3, 3]);
    const names = ['AWS_KINESISVIDEO_FRAGMENT_NUMBER', 'TransactionId', 'VoiceConnectorId', 'CallId'];
    expect(names.map((name) => count(new RegExp(`Name: ${name}$`, 'gm')))).toEqual([3, 3, 3, 3]);
    expect(text).toContain(`String: ${nextFragmentNumber(FIRST, 2)}`);
    expect(text).toContain('String: 1795000002.000');
    expect(text).toContain('Cluster timestamp: 00:00:02.000000000');
  });

  it('is whole at any fragment: cut there, it plays up to there', async () => {
    const format = new MatroskaFormat(RATE_HZ, NAMING, () => 0);
    const piece = samples.subarray(0, RATE_HZ);
    const path = join(folder, 'cut.mkv');
    writeFileSync(path, Buffer.concat([format.header(), format.encode(piece)]));
    const raw = join(folder, 'cut.raw');
    await run('ffmpeg', '-v', 'error', '-i', path, '-f', 's16le', raw);
    expect(readFileSync(raw).length).toBe(2 * RATE_HZ);
  });
});

describe('fragment numbers', () => {
  it('have 47 digits and follow each other', () => {
    expect(nextFragmentNumber(FIRST, 0)).toBe(FIRST);
    expect(nextFragmentNumber(FIRST, 7)).toBe('91343852333181437344442219794598596340754947411');
  });
});

describe('EBML', () => {
  it.each([
    [0, [0x80]],
    [126, [0xfe]],
    [127, [0x40, 0x7f]],
    [16_382, [0x7f, 0xfe]],
    [16_383, [0x20, 0x3f, 0xff]],
  ])('tells a length of %i in as few octets as there are', (length, octets) => {
    const element = ebmlElement(0xec, new Uint8Array(length));
    expect([...element.subarray(1, 1 + octets.length)]).toEqual(octets);
    expect(element.length).toBe(1 + octets.length + length);
  });

  it('holds any whole number', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        const element = ebmlUnsigned(0xe7, value);
        const octets = element.subarray(2);
        expect(octets.length).toBe((element[1] as number) & 0x7f);
        expect(octets.reduce((sum, octet) => sum * 256 + octet, 0)).toBe(value);
      }),
    );
  });
});
