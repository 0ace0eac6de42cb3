/** `de-AT;q=0.8`: a language range, or `*`, and how much it is wanted (RFC 3261 §25.1 Accept-Language). */
const LANGUAGE = /^([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)(?:\s*;\s*q\s*=\s*([01](?:\.\d{0,3})?))?$/;

/**
 * RFC 3261 §20.3: the languages of an Accept-Language header, in lower case, the most wanted first. What is wanted
 * not at all (`q=0`) and what cannot be read are left out.
 */
export function parseAcceptLanguage(header: string): readonly string[] {
  return header
    .split(',')
    .flatMap((element) => {
      const [, range = '', quality = '1'] = LANGUAGE.exec(element.trim()) ?? [];
      return range === '' || Number(quality) === 0 ? [] : [{ range, quality: Number(quality) }];
    })
    .sort((one, other) => other.quality - one.quality)
    .map(({ range }) => range.toLowerCase());
}
