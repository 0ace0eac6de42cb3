import { expect, it } from 'vitest';
import { languageOf } from '../../../src/meeting/language.ts';

it.each([
  [undefined, 'de', 'de'],
  [[], 'en', 'en'],
  [['de-at', 'en'], 'en', 'de'],
  [['fr', 'en-gb'], 'de', 'en'],
  [['fr', '*', 'en'], 'de', 'de'],
  [['fr'], 'de', 'de'],
] as const)('who accepts %j, where %s is spoken, hears %s', (acceptedLanguages, fallback, spoken) => {
  const leg = acceptedLanguages === undefined ? {} : { acceptedLanguages };
  expect(languageOf(leg, fallback)).toBe(spoken);
});
