import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generateFiles, hasModules } from './schema-generator/generate.ts';
import { ModuleParser } from './schema-generator/module-parser.ts';
import { createSchema } from './schema-generator/schema.ts';

function typeOf(definition: string) {
  return new ModuleParser(`M DEFINITIONS ::= BEGIN ${definition} END`).parse().types.get('T');
}

describe('the schema generator', () => {
  it.each([
    ['T ::= INTEGER (0..255)', { integer: [0, 255] }],
    ['T ::= INTEGER (1..MAX)', { integer: [1, null] }],
    ['T ::= INTEGER(0..16383, ...)', { integer: [0, 16383, '...'] }],
    ['T ::= INTEGER(-5..5)', { integer: [-5, 5] }],
    ['T ::= OCTET STRING(SIZE (4))', { octetString: [4, 4] }],
    ['T ::= BIT STRING', { bitString: [0, null] }],
    ['T ::= IA5String (SIZE (1) ^ FROM ("01#"))', { string: 'IA5String', size: [1, 1], from: '01#' }],
    ['T ::= IA5String(SIZE (1..8))(FROM ("01"))', { string: 'IA5String', size: [1, 8], from: '01' }],
    ['T ::= SET SIZE (1..256) OF BOOLEAN', { sequenceOf: 'BOOLEAN', size: [1, 256] }],
    ['T ::= SEQUENCE OF NULL', { sequenceOf: 'NULL' }],
    ['T ::= ENUMERATED {a(0), b(1), ...}', { enumerated: ['a', 'b'], additions: [] }],
    ['T ::= TYPE-IDENTIFIER.&Type(U -- note --)', { openType: 'U' }],
    ['T ::= U(WITH COMPONENTS {..., a PRESENT})', 'U'],
    ['T ::= CHOICE {a NULL, ..., b OBJECT IDENTIFIER}', choice()],
    ['T ::= SEQUENCE {a BOOLEAN OPTIONAL, -- c\n b U, ...}', sequence()],
    ['P{X} ::= SEQUENCE {x X}(CONSTRAINED BY {}) T ::= P{BOOLEAN}', { sequence: [['x', 'BOOLEAN']] }],
    ['S ::= IA5String(FROM ("01")) T ::= S(SIZE (2))', { string: 'IA5String', from: '01', size: [2, 2] }],
  ])('reads %s', (definition, expected) => {
    expect(typeOf(definition)).toEqual(expected);
  });

  it('names the place where a module makes no sense', () => {
    expect(() => typeOf('T ::= SEQUENCE [')).toThrow(/expected \{ but found \[ after: .* SEQUENCE/);
    expect(() => typeOf('T ::= BOOLEAN(SIZE')).toThrow(SyntaxError);
  });

  it('refuses a reference that nothing defines', () => {
    expect(() => createSchema(() => 'M DEFINITIONS ::= BEGIN T ::= SEQUENCE OF Missing END')).toThrow(
      'nothing defines Missing',
    );
  });

  // The ITU-T modules are not part of the repository; without them this test is skipped, and says so.
  it.skipIf(!hasModules)('makes the very files that are in the repository', () => {
    for (const [path, text] of generateFiles()) expect(readFileSync(path, 'utf8'), path).toBe(text);
  });
});

function choice() {
  return { choice: [['a', 'NULL']], additions: [['b', 'OBJECT IDENTIFIER']] };
}

function sequence() {
  return {
    sequence: [
      ['a', 'BOOLEAN', 'OPTIONAL'],
      ['b', 'U'],
    ],
    additions: [],
  };
}
