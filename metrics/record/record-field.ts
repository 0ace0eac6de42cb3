/** A field of a record that billing tools load into a typed column. */
export interface RecordField<Source> {
  readonly name: string;
  /** A float has its decimal point even where it is whole: tools drop a number of the wrong JSON type. */
  readonly type: 'string' | 'integer' | 'float' | 'boolean';
  readonly meaning: string;
  /** Null leaves the field out. */
  readonly read: (source: Source) => string | number | boolean | null;
}

/** Compact JSON with the fields in the order of the table. */
export function serializeRecord<Source>(fields: readonly RecordField<Source>[], source: Source): string {
  const members = fields.flatMap(({ name, type, read }) => {
    const value = read(source);
    if (value === null) return [];
    const text = type === 'float' ? serializeFloat(Number(value)) : JSON.stringify(value);
    return [`${JSON.stringify(name)}:${text}`];
  });
  return `{${members.join(',')}}`;
}

/** Billed minutes are tenths (six seconds), so one decimal says all. */
function serializeFloat(value: number): string {
  return value.toFixed(1);
}
