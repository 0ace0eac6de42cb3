import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Counter, Gauge, Histogram, PrometheusRegistry } from '../../metrics/prometheus.ts';

function page(...families: Parameters<PrometheusRegistry['register']>[0][]): string[] {
  const registry = new PrometheusRegistry();
  for (const family of families) registry.register(family);
  const text = registry.text();
  expect(text.endsWith('\n')).toBe(true);
  return text.slice(0, -1).split('\n');
}

describe('the text exposition', () => {
  it('writes a counter without labels from zero on', () => {
    const counter = new Counter({ name: 'calls_total', help: 'Calls' });
    expect(page(counter)).toEqual([
      '# HELP calls_total Calls',
      '# TYPE calls_total counter',
      'calls_total 0',
    ]);
    counter.add(2);
    counter.add(1);
    expect(page(counter).at(-1)).toBe('calls_total 3');
  });

  it('writes a series for each set of labels', () => {
    const counter = new Counter({ name: 'sip_total', help: 'SIP', labels: ['direction', 'method'] });
    counter.add(1, 'received', 'INVITE');
    counter.add(1, 'sent', 'BYE');
    counter.add(1, 'received', 'INVITE');
    expect(page(counter).slice(2)).toEqual([
      'sip_total{direction="received",method="INVITE"} 2',
      'sip_total{direction="sent",method="BYE"} 1',
    ]);
  });

  it('escapes labels and help', () => {
    const counter = new Counter({ name: 'x_total', help: 'a\\b\nc "d"', labels: ['reason'] });
    counter.add(1, 'say "no"\\\n');
    expect(page(counter)).toEqual([
      '# HELP x_total a\\\\b\\nc "d"',
      '# TYPE x_total counter',
      'x_total{reason="say \\"no\\"\\\\\\n"} 1',
    ]);
  });

  it('writes a histogram as cumulative buckets, sum and count; a bound belongs to its bucket', () => {
    const histogram = new Histogram({ name: 'wait_seconds', help: 'Wait' }, [0.1, 1]);
    for (const value of [0.05, 0.1, 0.5, 7]) histogram.observe(value);
    expect(page(histogram).slice(1)).toEqual([
      '# TYPE wait_seconds histogram',
      'wait_seconds_bucket{le="0.1"} 2',
      'wait_seconds_bucket{le="1"} 3',
      'wait_seconds_bucket{le="+Inf"} 4',
      'wait_seconds_sum 7.65',
      'wait_seconds_count 4',
    ]);
  });

  it('keeps the labels of a histogram beside its bound', () => {
    const histogram = new Histogram({ name: 'mos', help: 'MOS', labels: ['codec'] }, [4]);
    histogram.observe(4.3, 'PCMU');
    expect(page(histogram).slice(2)).toEqual([
      'mos_bucket{codec="PCMU",le="4"} 0',
      'mos_bucket{codec="PCMU",le="+Inf"} 1',
      'mos_sum{codec="PCMU"} 4.3',
      'mos_count{codec="PCMU"} 1',
    ]);
  });

  it('reads a gauge when asked', () => {
    let calls = 1;
    const plain = new Gauge({ name: 'active', help: 'Active' }, () => calls);
    const labeled = new Gauge({ name: 'open', help: 'Open', labels: ['kind'] }, () => [
      { labels: ['udp'], value: Number.NaN },
      { labels: ['tcp'], value: Number.POSITIVE_INFINITY },
    ]);
    expect(page(plain).at(-1)).toBe('active 1');
    calls = 5;
    expect(page(plain).at(-1)).toBe('active 5');
    expect(page(labeled).slice(1)).toEqual([
      '# TYPE open gauge',
      'open{kind="udp"} NaN',
      'open{kind="tcp"} +Inf',
    ]);
  });

  it('refuses a name twice', () => {
    const registry = new PrometheusRegistry();
    registry.register(new Counter({ name: 'x_total', help: '' }));
    expect(() => registry.register(new Counter({ name: 'x_total', help: '' }))).toThrow('x_total');
  });

  it('counts label values without end as other, and loses none', () => {
    const counter = new Counter({ name: 'x_total', help: '', labels: ['reason'] });
    for (let index = 0; index < 10_000; index++) counter.add(1, `reason ${index}`);
    const samples = page(counter).slice(2);
    expect(samples).toHaveLength(201);
    expect(samples).toContain('x_total{reason="other"} 9800');
  });

  it('keeps every sample on a line of its own, whatever a label holds', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: 'binary' }), { maxLength: 20 }), (labels) => {
        const counter = new Counter({ name: 'x_total', help: '', labels: ['reason'] });
        for (const label of labels) counter.add(1, label);
        const samples = page(counter).slice(2);
        expect(samples).toHaveLength(labels.length);
        for (const [index, sample] of samples.entries()) {
          const [, escaped = ''] = /^x_total\{reason="((?:[^"\\]|\\[\\"n])*)"\} 1$/su.exec(sample) ?? [];
          const unescaped = escaped.replaceAll(/\\(.)/g, (_, letter) => (letter === 'n' ? '\n' : letter));
          expect(unescaped).toBe(labels[index]);
        }
      }),
    );
  });
});
