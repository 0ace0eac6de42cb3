/** Why a message cannot be processed, and the status that says so. */
export interface Fault {
  readonly statusCode: number;
  readonly detail: string;
}

/** What was read is told without its control characters: the detail may become a reason phrase. */
export function badRequest(detail: string): Fault {
  return { statusCode: 400, detail: detail.replace(/\p{Cc}+/gu, ' ') };
}
