import { LANGUAGES, type Language } from '../../media/prompt/phrases.ts';
import type { CallLeg } from '../../signaling/call-leg.ts';

/** The first of the languages the caller asks for that we speak (RFC 4647 §3.4: `de-AT` is served by `de`), else ours. */
export function languageOf(
  { acceptedLanguages }: Pick<CallLeg, 'acceptedLanguages'>,
  fallback: Language,
): Language {
  for (const accepted of acceptedLanguages ?? []) {
    if (accepted === '*') return fallback;
    const spoken = LANGUAGES.find((language) => language === accepted.split('-')[0]);
    if (spoken !== undefined) return spoken;
  }
  return fallback;
}
