import { Ajv } from 'ajv';

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });

/** A schema of an object whose properties are all required but those named, and which has no others. */
export function closedObject(
  properties: Readonly<Record<string, object>>,
  optional: readonly string[] = [],
): object {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}

/** What is wrong with a value; empty where nothing is. */
export function schemaErrors(schema: object, value: unknown): string[] {
  const isValid = ajv.compile(schema);
  if (isValid(value)) return [];
  return (isValid.errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message}`);
}
