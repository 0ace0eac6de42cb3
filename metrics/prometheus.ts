/** Content-Type of {@link PrometheusRegistry.text}. */
export const PROMETHEUS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const MAX_LABEL_SETS = 200;
const OVERFLOW_LABEL = 'other';
const SEPARATOR = '\u0001';

export interface FamilyDescription {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

/** A value with its labels, as a gauge that is read on demand gives it. */
export interface LabeledValue {
  readonly labels: readonly string[];
  readonly value: number;
}

interface Family extends FamilyDescription {
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** Of a histogram. */
  readonly bounds?: readonly number[];
  samples(): Iterable<string>;
}

/**
 * A family's values by label values. Past a limit new label values are counted as `other`: what strangers send
 * must not grow our memory.
 */
class LabelSets<Value> {
  readonly #values = new Map<string, { labels: readonly string[]; value: Value }>();
  readonly #create: () => Value;

  constructor(create: () => Value) {
    this.#create = create;
  }

  get(labels: readonly string[]): Value {
    const key = keyOf(labels);
    const known = this.#values.get(key);
    if (known !== undefined) {
      return known.value;
    }
    if (this.#values.size >= MAX_LABEL_SETS && labels.some((label) => label !== OVERFLOW_LABEL)) {
      return this.get(labels.map(() => OVERFLOW_LABEL));
    }
    const value = this.#create();
    this.#values.set(key, { labels, value });
    return value;
  }

  /** Looks without making a series. */
  peek(labels: readonly string[]): Value | undefined {
    return this.#values.get(keyOf(labels))?.value;
  }

  entries(): Iterable<{ readonly labels: readonly string[]; readonly value: Value }> {
    return this.#values.values();
  }
}

function keyOf(labels: readonly string[]): string {
  const [first = ''] = labels;
  return labels.length < 2 ? first : labels.join(SEPARATOR);
}

/** Only goes up; starts at zero when its labels are first seen. */
export class Counter implements Family {
  readonly type = 'counter';
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly #sets = new LabelSets(() => ({ count: 0 }));

  constructor({ name, help, labels = [] }: FamilyDescription) {
    this.name = name;
    this.help = help;
    this.labels = labels;
    if (labels.length === 0) {
      this.#sets.get([]);
    }
  }

  add(amount: number, ...labels: readonly string[]): void {
    this.#sets.get(labels).count += amount;
  }

  value(...labels: readonly string[]): number {
    return this.#sets.peek(labels)?.count ?? 0;
  }

  *samples(): Iterable<string> {
    for (const { labels, value } of this.#sets.entries()) {
      yield sampleLine(this.name, this.labels, labels, value.count);
    }
  }
}

/** Read when the page is asked for, so that it is never stale. */
export class Gauge implements Family {
  readonly type: 'gauge' | 'counter';
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly #read: () => readonly LabeledValue[];

  constructor(
    { name, help, labels = [] }: FamilyDescription,
    read: () => number | readonly LabeledValue[],
    type: 'gauge' | 'counter' = 'gauge',
  ) {
    this.name = name;
    this.help = help;
    this.labels = labels;
    this.type = type;
    this.#read = () => {
      const values = read();
      return typeof values === 'number' ? [{ labels: [], value: values }] : values;
    };
  }

  *samples(): Iterable<string> {
    for (const { labels, value } of this.#read()) {
      yield sampleLine(this.name, this.labels, labels, value);
    }
  }
}

interface HistogramState {
  readonly buckets: number[];
  sum: number;
  count: number;
}

export class Histogram implements Family {
  readonly type = 'histogram';
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of the buckets, ascending, without +Inf. */
  readonly bounds: readonly number[];
  readonly #sets: LabelSets<HistogramState>;

  constructor({ name, help, labels = [] }: FamilyDescription, bounds: readonly number[]) {
    this.name = name;
    this.help = help;
    this.labels = labels;
    this.bounds = bounds;
    this.#sets = new LabelSets(() => ({ buckets: bounds.map(() => 0), sum: 0, count: 0 }));
    if (labels.length === 0) {
      this.#sets.get([]);
    }
  }

  observe(value: number, ...labels: readonly string[]): void {
    const state = this.#sets.get(labels);
    state.sum += value;
    state.count++;
    const index = this.bounds.findIndex((bound) => value <= bound);
    if (index >= 0) {
      state.buckets[index] = (state.buckets[index] ?? 0) + 1;
    }
  }

  *samples(): Iterable<string> {
    const names = [...this.labels, 'le'];
    for (const { labels, value: state } of this.#sets.entries()) {
      let cumulative = 0;
      for (const [index, bound] of this.bounds.entries()) {
        cumulative += state.buckets[index] ?? 0;
        yield sampleLine(`${this.name}_bucket`, names, [...labels, formatNumber(bound)], cumulative);
      }
      yield sampleLine(`${this.name}_bucket`, names, [...labels, '+Inf'], state.count);
      yield sampleLine(`${this.name}_sum`, this.labels, labels, state.sum);
      yield sampleLine(`${this.name}_count`, this.labels, labels, state.count);
    }
  }
}

/** Families in the order they were registered, written in the text exposition format 0.0.4. */
export class PrometheusRegistry {
  readonly #families = new Map<string, Family>();

  /** @throws Error when the name is taken: two families of one name make the page invalid. */
  register<F extends Family>(family: F): F {
    if (this.#families.has(family.name)) {
      throw new Error(`the metric ${family.name} is registered twice`);
    }
    this.#families.set(family.name, family);
    return family;
  }

  /** What is registered, for documentation. */
  get families(): Iterable<
    FamilyDescription & { readonly type: string; readonly bounds?: readonly number[] }
  > {
    return this.#families.values();
  }

  text(): string {
    const lines: string[] = [];
    for (const family of this.#families.values()) {
      lines.push(`# HELP ${family.name} ${escapeHelp(family.help)}`, `# TYPE ${family.name} ${family.type}`);
      lines.push(...family.samples());
    }
    return `${lines.join('\n')}\n`;
  }
}

function sampleLine(
  name: string,
  labelNames: readonly string[],
  labels: readonly string[],
  value: number,
): string {
  const pairs = labelNames.map((label, index) => `${label}="${escapeLabel(labels[index] ?? '')}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${formatNumber(value)}`;
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function formatNumber(value: number): string {
  if (Number.isFinite(value)) {
    return String(value);
  }
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
