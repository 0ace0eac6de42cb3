/** Keeps what happened before anybody listened, and then tells it at once, in order. */
export class EventQueue<Listener> {
  #listener: Listener | null = null;
  #missed: ((listener: Listener) => void)[] | null = null;

  /** Sets the one listener. */
  listen(listener: Listener): void {
    this.#listener = listener;
    const missed = this.#missed;
    this.#missed = null;
    for (const event of missed ?? []) {
      event(listener);
    }
  }

  tell(event: (listener: Listener) => void): void {
    if (this.#listener !== null) {
      event(this.#listener);
    } else if (this.#missed === null) {
      this.#missed = [event];
    } else {
      this.#missed.push(event);
    }
  }
}
