/** What is not as it should be right now, for a person: shown in `/status` until it is mended. */
export class Problems {
  readonly #byTopic = new Map<string, string>();

  raise(topic: string, sentence: string): void {
    this.#byTopic.set(topic, sentence);
  }

  settle(topic: string): void {
    this.#byTopic.delete(topic);
  }

  list(): readonly string[] {
    return [...this.#byTopic.values()];
  }
}
