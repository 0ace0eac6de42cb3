import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../../src/cli/command-line.ts';
import { captureOf, fromBob, rtpFrames } from '../../support/media-frames.ts';
import { RecordedSurroundings } from './recorded-surroundings.ts';

const folder = mkdtempSync(join(tmpdir(), 'carillon-analyze-'));
afterAll(() => rmSync(folder, { recursive: true }));

const good = captureOf(rtpFrames(500));
/** Every fifth packet is missing. */
const bad = captureOf(rtpFrames(500).filter((_, index) => index % 5 !== 2));
const packed = gzipSync(good);

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

async function analyze(...argv: string[]) {
  const surroundings = new RecordedSurroundings();
  const exitCode = await runCommandLine(['analyze', ...argv], surroundings);
  return { exitCode, printed: surroundings.printed, complained: surroundings.complained };
}

describe('carillon analyze', () => {
  it('says that all is well', async () => {
    const { exitCode, printed } = await analyze(file('good.pcap', good));
    expect(exitCode).toBe(0);
    expect(printed).toMatch(/500 packets, 500 RTP/);
    expect(printed).toMatch(/4\.40.*PCMU.*10\.0\.0\.1:10000 → 10\.0\.0\.2:30000.*0x00001234.*█/);
    expect(printed).toMatch(/✓ 1 stream, none below a MOS of 3\.6\.\n$/);
    expect(printed).not.toContain('\u001b');
  });

  it('shows the worst stream first, and fails for it', async () => {
    const mixed = captureOf(
      rtpFrames(500),
      rtpFrames(500, { synchronizationSource: 9 })
        .map(fromBob)
        .filter((_, i) => i % 5 !== 2),
    );
    const { exitCode, printed } = await analyze(file('mixed.pcap', mixed));
    expect(exitCode).toBe(1);
    expect(printed.indexOf('0x00000009')).toBeLessThan(printed.indexOf('0x00001234'));
    expect(printed).toMatch(/✗ 1 of 2 streams below a MOS of 3\.6\./);
  });

  it('lets the limit be chosen', async () => {
    const path = file('bad.pcap', bad);
    expect((await analyze(path)).exitCode).toBe(1);
    expect((await analyze('--minimum-mos', '1', path)).exitCode).toBe(0);
  });

  it('shows what went into the score beside it', async () => {
    const calls = captureOf(
      rtpFrames(500, { payloadType: 9 }),
      rtpFrames(500, { synchronizationSource: 9 })
        .map(fromBob)
        .filter((_, i) => i % 5 !== 2),
    );
    const { printed } = await analyze('--minimum-mos', '1', file('inputs.pcap', calls));
    const headings = /MOS CQ +LQ +R +lost +late +% +burst +delay ms +jitter ms/;
    expect(printed).toMatch(headings);
    // 20 % lost, evenly: Ie,eff = 95 · 20 / (20 + 25.1) = 42.1; R = 93.2 − 42.1.
    expect(printed).toMatch(/2\.63 +2\.63 +51\.1 +100 +0 +20\.0\d +0\.8 +20 +0\.0 .*PCMU/);
    expect(printed).toMatch(/~4\.34 +4\.34 +89\.9w +0 +0 +0\.00 +– +20 +0\.0 .*G722/);
    expect(printed).toMatch(/R with w: the wideband scale/);
  });

  it('puts all scores on one scale, or takes delay simplified, when told', async () => {
    const path = file('wide.pcap', captureOf(rtpFrames(500, { payloadType: 9 })));
    expect((await analyze('--scale', 'narrowband', path)).printed).toMatch(/~4\.40 +4\.40 +93\.2 /);
    const [stream] = JSON.parse((await analyze('--json', '--simplified', path)).printed).streams;
    // 0.024 · 20 ms off 116, over 1.29.
    expect(stream.quality).toMatchObject({ delayModel: 'simplified', scale: 'wideband' });
    expect(stream.quality.ratingConversational).toBeCloseTo((116 - 0.48) / 1.29, 6);
  });

  it('joins the files of one capture, whatever is wrong with one of them', async () => {
    const whole = file('whole.pcap', captureOf(rtpFrames(6000)));
    const parts = [rtpFrames(2500), rtpFrames(3500, { first: 2500 })].map((frames, index) =>
      file(`part-${index}.pcap`, captureOf(frames)),
    );
    const [one, joined] = await Promise.all([
      analyze('--csv', '--minute', whole),
      analyze('--csv', '--minute', '--join', ...parts),
    ]);
    const withoutPath = (text: string) => text.split('\r\n').map((row) => row.replace(/^[^,]*,/, ''));
    expect(withoutPath(joined.printed)).toEqual(withoutPath(one.printed));
    const broken = file('part-cut.pcap', captureOf(rtpFrames(2500)).subarray(0, 100_000));
    const { exitCode, printed } = await analyze('--join', '--json', broken, parts[1] ?? '');
    const { files, streams } = JSON.parse(printed);
    expect([exitCode, files.length, streams.length]).toEqual([1, 1, 1]);
    expect(files[0].error.sentence).toMatch(/part-cut\.pcap ends in the middle/);
    expect(streams[0].expected).toBe(6000);
  });

  it('prints one JSON document', async () => {
    const { printed } = await analyze('--json', '--minute', file('bad.pcap', bad), file('good.pcap', good));
    const document = JSON.parse(printed);
    expect(Object.keys(document)).toEqual(['files', 'streams', 'verdict', 'reasons']);
    expect(document.verdict).toBe('fail');
    expect(document.files).toMatchObject([{ packets: 400, streams: 1, error: null }, { packets: 500 }]);
    expect(document.streams).toMatchObject([
      { lost: 100, expected: 500, rating: 'bad', minutes: [{ lost: 100 }] },
      { lost: 0, rating: 'good', codec: 'PCMU', evidence: 'heuristic' },
    ]);
  });

  it('prints CSV, by stream or by minute', async () => {
    const path = file('long.pcap', captureOf(rtpFrames(6000)));
    const rows = (text: string) => text.trimEnd().split('\r\n');
    const whole = rows((await analyze('--csv', path)).printed);
    const minutes = rows((await analyze('--csv', '--minute', path)).printed);
    expect([whole.length, minutes.length]).toEqual([2, 3]);
    const column = whole[0]?.split(',').indexOf('packets') ?? -1;
    expect([...whole.slice(1), ...minutes.slice(1)].map((row) => row.split(',')[column])).toEqual([
      '6000',
      '3000',
      '3000',
    ]);
  });

  it('writes a page that needs nothing else', async () => {
    const page = join(folder, 'page.html');
    await analyze('--html', page, file('<b>.pcap', bad));
    const html = readFileSync(page, 'utf8');
    expect(html).toMatch(/<h1>Not good<\/h1>/);
    expect(html.match(/<svg/g)).toHaveLength(3);
    expect(html).not.toMatch(/<script|https?:|<b>\.pcap/);
  });
});

describe('what cannot be read', () => {
  const random = Buffer.alloc(400_000, 0xee);
  it.each<[string, () => string, RegExp, number]>([
    [
      'cut short',
      () => file('cut', good.subarray(0, 50_000)),
      /ends in the middle of a packet \(at byte 4\d{4}\)/,
      1,
    ],
    [
      'corrupt',
      () => file('corrupt', Buffer.concat([good, random])),
      /is corrupt: a packet longer.*\(at byte \d+\)/,
      1,
    ],
    [
      'cut short and packed',
      () => file('cut.gz', packed.subarray(0, packed.length - 200)),
      /middle of a packet/,
      1,
    ],
    [
      'packed badly',
      () => file('bad.gz', Buffer.concat([packed.subarray(0, 30), random])),
      /cannot be unpacked/,
      0,
    ],
    ['empty', () => file('empty', Buffer.alloc(0)), /is empty \(at byte 0\)/, 0],
    ['no capture', () => file('text', Buffer.from('This is no capture at all.')), /is no capture.*byte 0/, 0],
    ['a folder', () => folder, /is a folder/, 0],
    ['missing', () => join(folder, 'none'), /is not there/, 0],
  ])('%s is told, with what could be', async (_, path, sentence, streams) => {
    const { exitCode, printed, complained } = await analyze('--json', path());
    const document = JSON.parse(printed);
    expect(exitCode).toBe(1);
    expect(complained).toMatch(sentence);
    expect(document.files[0].error.sentence).toMatch(sentence);
    expect(document.streams).toHaveLength(streams);
  });
});

describe('wrong usage', () => {
  it.each([
    [[], /Which capture/],
    [['--compat', 'wireshark', 'x'], /--compat knows tshark only/],
    [['--rtp-port', '0', 'x'], /--rtp-port takes/],
    [['--rtp-port', '9-8', 'x'], /--rtp-port takes/],
    [['--minimum-mos', 'high', 'x'], /--minimum-mos takes/],
    [['--top', '0', 'x'], /--top takes/],
    [['--scale', 'fullband', 'x'], /--scale takes narrowband or wideband/],
    [['--json', '--csv', 'x'], /exclude each other/],
    [['--jsn', 'x'], /Did you mean --json/],
  ])('%j', async (argv, sentence) => {
    const { exitCode, complained } = await analyze(...argv);
    expect(exitCode).toBe(2);
    expect(complained).toMatch(sentence);
  });
});
