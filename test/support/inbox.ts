/** Things that arrive, and those who wait for one of them. */
export class Inbox<Item> {
  readonly all: Item[] = [];
  readonly #watchers = new Set<() => void>();

  add(item: Item): void {
    this.all.push(item);
    this.#notify();
  }

  /** Wakes all who wait, to look again. */
  #notify(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }

  /** The first item, of those that came and those to come, that fits. */
  async first(isWanted: (item: Item) => boolean, what: string, deadlineMs: number): Promise<Item> {
    const { promise, resolve, reject } = Promise.withResolvers<Item>();
    const look = () => {
      const found = this.all.find(isWanted);
      if (found !== undefined) resolve(found);
    };
    const timer = setTimeout(() => reject(new Error(`no ${what} within ${deadlineMs} ms`)), deadlineMs);
    this.#watchers.add(look);
    look();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#watchers.delete(look);
    }
  }
}
