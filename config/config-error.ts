/** One thing that is wrong with the configuration. */
export interface ConfigIssue {
  /** Key path such as `sip.udpPort`; empty where the whole source cannot be read. */
  readonly key: string;
  /** Where the value stands: `site.yaml:4`, `environment variable CARILLON_SIP_UDP_PORT`, `--set sip.udpPort`. */
  readonly source: string;
  /** What is wrong and what to do about it, in one line. */
  readonly detail: string;
}

/** The configuration cannot be used. Carries every issue at once, so that one round mends them all. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly issues: readonly ConfigIssue[];

  constructor(issues: readonly ConfigIssue[]) {
    const title =
      issues.length === 1
        ? 'The configuration has an error'
        : `The configuration has ${issues.length} errors`;
    super([`${title}:`, ...issues.map((issue) => `  ${formatIssue(issue)}`)].join('\n'));
    this.issues = issues;
  }
}

function formatIssue({ key, source, detail }: ConfigIssue): string {
  if (key === '') return `${source}: ${detail}`;
  return source === '' ? `${key}: ${detail}` : `${key} (${source}): ${detail}`;
}
