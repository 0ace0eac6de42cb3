/** What the API takes for a number; private numbers of 4 to 6 digits are not connected. */
const E164 = /^\+?[1-9]\d{6,14}$/;

/** The number in E.164 form with the plus sign, or null where it is none: `011…`, `00…`, an extension. */
export function normalizeNumber(written: string): string | null {
  const digits = written.replaceAll(/[-.() ]/g, '');
  if (!E164.test(digits)) return null;
  return digits.startsWith('+') ? digits : `+${digits}`;
}
