import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

export interface FinishedProcess {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

export interface ProcessOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Written to standard input, which is closed after it unless `keepInputOpen`. */
  readonly input?: string;
  readonly keepInputOpen?: boolean;
}

/** A child of ours with its output collected; only this child is ever signalled. */
export class RunningProcess {
  readonly #child: ChildProcessByStdio<import('node:stream').Writable, Readable, Readable>;
  readonly #label: string;
  readonly #startedAtMs = performance.now();
  readonly #watchers = new Set<() => void>();
  #stdout = '';
  #stderr = '';
  #finished: FinishedProcess | null = null;
  #spawnError: Error | null = null;

  constructor(command: string, parameters: readonly string[], options: ProcessOptions = {}) {
    this.#label = [command, ...parameters].join(' ').slice(0, 200);
    this.#child = spawn(command, [...parameters], {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => this.#collect('stdout', text));
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => this.#collect('stderr', text));
    this.#child.stdin.on('error', () => undefined);
    this.#child.on('error', (error) => {
      this.#spawnError = error;
      this.#notify();
    });
    this.#child.on('close', (exitCode, signal) => this.#close(exitCode, signal));
    if (options.input !== undefined) this.#child.stdin.write(options.input);
    if (options.keepInputOpen !== true) this.#child.stdin.end();
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  get finished(): FinishedProcess | null {
    return this.#finished;
  }

  write(text: string): void {
    this.#child.stdin.write(text);
  }

  /** Resolves with the match as soon as standard output and standard error, taken together, hold it. */
  async waitForOutput(pattern: RegExp, deadlineMs: number): Promise<RegExpMatchArray> {
    const match = () => this.#stdout.match(pattern) ?? this.#stderr.match(pattern);
    await this.#waitUntil(
      () => match() !== null || this.#finished !== null,
      deadlineMs,
      `no output like ${pattern}`,
    );
    const found = match();
    if (found === null) throw new Error(this.#describe(`ended without output like ${pattern}`));
    return found;
  }

  async waitForExit(deadlineMs: number): Promise<FinishedProcess> {
    await this.#waitUntil(() => this.#finished !== null, deadlineMs, 'still running');
    return this.#finished!;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Asks it to end, and kills it when it has not after `graceMs`. */
  async stop(signal: NodeJS.Signals = 'SIGTERM', graceMs = 5_000): Promise<FinishedProcess> {
    if (this.#finished === null) this.#child.kill(signal);
    try {
      return await this.waitForExit(graceMs);
    } catch {
      this.#child.kill('SIGKILL');
      return await this.waitForExit(5_000);
    }
  }

  #collect(stream: 'stdout' | 'stderr', text: string): void {
    if (stream === 'stdout') this.#stdout += text;
    else this.#stderr += text;
    this.#notify();
  }

  #close(exitCode: number | null, signal: NodeJS.Signals | null): void {
    const durationMs = performance.now() - this.#startedAtMs;
    this.#finished = { exitCode, signal, stdout: this.#stdout, stderr: this.#stderr, durationMs };
    this.#notify();
  }

  #notify(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }

  #waitUntil(isReached: () => boolean, deadlineMs: number, failure: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = () => {
      if (this.#spawnError !== null) reject(this.#spawnError);
      else if (isReached()) resolve();
    };
    const timer = setTimeout(
      () => reject(new Error(this.#describe(`${failure} after ${deadlineMs} ms`))),
      deadlineMs,
    );
    this.#watchers.add(look);
    look();
    return promise.finally(() => {
      clearTimeout(timer);
      this.#watchers.delete(look);
    });
  }

  #describe(failure: string): string {
    const tail = `${this.#stdout.slice(-2_000)}\n${this.#stderr.slice(-2_000)}`.trim();
    return `${this.#label}: ${failure}\n${tail}`;
  }
}

/** Runs a command to its end. */
export async function runToEnd(
  command: string,
  parameters: readonly string[],
  deadlineMs: number,
  options: ProcessOptions = {},
): Promise<FinishedProcess> {
  const running = new RunningProcess(command, parameters, options);
  try {
    return await running.waitForExit(deadlineMs);
  } catch (error) {
    await running.stop('SIGKILL');
    throw error;
  }
}
