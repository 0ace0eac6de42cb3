import { isToken, lowerCased, skipWhitespace, trimmedEnd } from './grammar.ts';
import { Parameters, parseParameters } from './parameters.ts';

/** RFC 3261 §20.15; also Accept's ranges, where type or subtype may be `*`. */
export interface ContentType {
  /** Lower case `type/subtype`. */
  readonly mediaType: string;
  readonly parameters: Parameters;
}

/** `m-type SLASH m-subtype *(SEMI m-parameter)`; null if it is not that. */
export function parseContentType(text: string): ContentType | null {
  // What nearly every INVITE says.
  if (text === 'application/sdp') return { mediaType: text, parameters: new Parameters() };
  const semicolon = text.indexOf(';');
  const end = semicolon === -1 ? text.length : semicolon;
  const slash = text.indexOf('/');
  if (slash === -1 || slash > end) return null;
  const typeEnd = trimmedEnd(text, 0, slash);
  const subtypeStart = skipWhitespace(text, slash + 1);
  const subtypeEnd = trimmedEnd(text, subtypeStart, end);
  if (!isToken(text, 0, typeEnd) || !isToken(text, subtypeStart, subtypeEnd)) return null;
  const parameters = parseParameters(text, end);
  if (parameters === null) return null;
  const isTight = typeEnd + 1 === subtypeStart;
  const mediaType = isTight
    ? text.slice(0, subtypeEnd)
    : `${text.slice(0, typeEnd)}/${text.slice(subtypeStart, subtypeEnd)}`;
  return { mediaType: lowerCased(mediaType), parameters };
}
