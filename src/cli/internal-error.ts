/** With the stack: whoever reads it is to report it. */
export function describeInternalError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
