import { ChurnMap } from '../../memory/churn-map.ts';
import type { Invitee, Participant, ParticipantState } from './participant.ts';

/** Who has a seat in a meeting. What is asked for each who comes or goes is counted: a large one is not gone through. */
export class Attendance {
  readonly #participants = new ChurnMap<string, Participant>();
  #uninvitedCount = 0;

  get count(): number {
    return this.#participants.size;
  }

  /** Those who came without a 13-digit ID. */
  get uninvitedCount(): number {
    return this.#uninvitedCount;
  }

  get(callId: string): Participant | undefined {
    return this.#participants.get(callId);
  }

  /** In the order they came. */
  all(): readonly Participant[] {
    return [...this.#participants.values()];
  }

  add(participant: Participant): void {
    this.#participants.set(participant.callId, participant);
    if (participant.invitee === null) this.#uninvitedCount++;
  }

  remove(participant: Participant): void {
    if (!this.#participants.delete(participant.callId)) return;
    if (participant.invitee === null) this.#uninvitedCount--;
  }

  /** Takes the seats of all; who they were. */
  clear(): readonly Participant[] {
    const everybody = this.all();
    this.#participants.clear();
    this.#uninvitedCount = 0;
    return everybody;
  }

  /** From now a participant is this invitee. */
  identify(participant: Participant, invitee: Invitee): void {
    if (participant.invitee === null) this.#uninvitedCount--;
    participant.invitee = invitee;
    participant.name = invitee.name;
  }

  hasInvitee(pin: string): boolean {
    for (const { invitee } of this.#participants.values()) if (invitee?.pin === pin) return true;
    return false;
  }

  hasAny(wanted: ParticipantState): boolean {
    for (const { state } of this.#participants.values()) if (state === wanted) return true;
    return false;
  }

  /** One of those who are in the waiting room or, with null, all of them. */
  inWaitingRoom(callId: string | null): readonly Participant[] {
    return this.all().filter(
      (participant) =>
        participant.state === 'waiting-room' && (callId === null || participant.callId === callId),
    );
  }
}
