import type { Phrase } from '../../media/prompt/phrases.ts';
import type { Sound } from '../../media/prompt/read-clips.ts';
import type { KeyRecord } from '../call/digit-transcript.ts';
import type { InboundCallDesk } from './call-desk.ts';
import type { CallStage, StageHost } from './call-stage.ts';
import type { MeetingEntry } from './destination.ts';
import { deviceOf } from './device.ts';
import { type KeyEntry, KeyReader } from './key-entry.ts';
import type { Keypad } from './keypad.ts';
import type { Meeting } from './meeting.ts';
import type { Hearing, Participant, Seat } from './participant.ts';

const TELEPHONE_KEY = /^[\d*#]$/;

/** The caller sits in a meeting, waiting or taking part: what it hears, and what its keys do. */
export class MeetingStage implements CallStage, Seat {
  readonly #host: StageHost;
  readonly #meeting: Meeting;
  readonly #keypad: Keypad;
  readonly #keys: KeyReader;
  readonly #opening: Phrase | null;
  #participant: Participant | null = null;
  /** Keys that are not complete, in case nothing comes of them. */
  #begun: KeyRecord[] = [];

  private constructor(host: StageHost, desk: InboundCallDesk, meeting: Meeting, opening: Phrase | null) {
    this.#host = host;
    this.#meeting = meeting;
    this.#opening = opening;
    this.#keypad = desk.keypad;
    this.#keys = new KeyReader(desk.rules.interDigitPauseMs);
  }

  /**
   * Holds a seat from now on, so that two callers cannot take the last one.
   * @param opening what is said first, when the leg is in the meeting's mix
   * @throws CallFailure `meeting-full`, `meeting-locked`, `invitee-already-joined`
   */
  static admit(
    host: StageHost,
    desk: InboundCallDesk,
    entry: MeetingEntry,
    opening: Phrase | null,
  ): MeetingStage {
    const { meeting, invitee, isPasscodeRight } = entry;
    const { calling } = host.leg;
    const stage = new MeetingStage(host, desk, meeting, opening);
    stage.#participant = meeting.admit({
      callId: host.call.id,
      callerName: calling.displayName || calling.user,
      invitee,
      isModerator: isPasscodeRight === true,
      device: deviceOf(host.leg, desk.rules.roomSystems),
      seat: stage,
    });
    host.call.meetingId = meeting.id;
    return stage;
  }

  get mixId(): string {
    return this.#meeting.id;
  }

  get dueAtMs(): number | null {
    return this.#participant?.dueAtMs ?? null;
  }

  begin(nowMs: number): void {
    if (this.#opening !== null) this.say(this.#opening);
    this.#meeting.join(this.#host.call.id, nowMs);
  }

  press(key: string, record: KeyRecord, nowMs: number): void {
    const participant = this.#participant;
    if (participant === null) return;
    if (!TELEPHONE_KEY.test(key)) {
      record.ignore('This key means nothing in a meeting.');
      return;
    }
    const entry = this.#keys.press(key, nowMs);
    // A key that begins an entry anew leaves those before it without effect.
    if (this.#keys.pending.length === 1) this.#begun = [];
    this.#begun.push(record);
    record.ignore('No entry came of it.');
    if (entry !== null) void this.#obey(entry, participant, this.#begun.splice(0));
  }

  played(): void {}

  advance(nowMs: number): void {
    this.#meeting.advance(this.#host.call.id, nowMs);
  }

  leave(nowMs: number): void {
    this.#meeting.leave(this.#host.call.id, nowMs);
  }

  hear(hearing: Hearing): void {
    this.#host.voice.hear(hearing);
    this.#host.reschedule();
  }

  setMuted(isMuted: boolean): void {
    this.#host.voice.setMuted(isMuted);
  }

  say(...phrases: readonly Phrase[]): void {
    this.#host.voice.say(...phrases);
  }

  sound(sound: Sound): void {
    this.#host.voice.sound(sound);
  }

  dismiss(lastWords: readonly Phrase[], detail: string): void {
    this.#host.farewell(lastWords, detail);
  }

  /** @param keys that make the entry */
  async #obey(entry: KeyEntry, participant: Participant, keys: readonly KeyRecord[]): Promise<void> {
    try {
      const outcome = await this.#keypad.obey(entry, this.#meeting, participant, this.#host.call);
      for (const record of keys) {
        if (outcome.isDone) record.did(outcome.what);
        else record.ignore(outcome.what);
      }
    } catch (error) {
      this.#host.fail(error);
    }
  }
}
