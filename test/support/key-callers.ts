import { type EventHabits, EventSender } from './event-sender.ts';
import type { RtpSocket } from './rtp-socket.ts';
import type { TestService } from './service.ts';
import { TestCaller } from './test-caller.ts';

export interface KeyCaller {
  readonly caller: TestCaller;
  readonly rtp: RtpSocket;
  readonly keys: EventSender;
}

/** Callers with a keypad, of one test: all that are still there are closed at its end. */
export class KeyCallers {
  readonly #callers: TestCaller[] = [];

  /** A call over TCP that is up. */
  async dial(
    service: TestService,
    user: string,
    {
      headers = [],
      habits = {},
    }: { readonly headers?: readonly string[]; readonly habits?: EventHabits } = {},
  ): Promise<KeyCaller> {
    const caller = await TestCaller.join(service.target('TCP'), user, headers);
    this.#callers.push(caller);
    return { caller, rtp: caller.rtp, keys: new EventSender(caller.rtp, caller.remoteRtp, habits) };
  }

  closeAll(): void {
    for (const caller of this.#callers.splice(0)) caller.close();
  }
}
