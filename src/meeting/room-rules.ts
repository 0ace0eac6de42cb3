import type { Language } from '../../media/prompt/phrases.ts';

/** What holds for all calls into meetings: `rooms` of the configuration, times in milliseconds. */
export interface RoomRules {
  /** Spoken to callers who do not ask for another one. */
  readonly language: Language;
  /** Keys further apart do not belong together; an ID that is long enough is complete after it. */
  readonly interDigitPauseMs: number;
  readonly welcomeSilenceMs: number;
  /** The last silence, or wrong entry, of so many ends the call. */
  readonly welcomeAttempts: number;
  /** With more invitees and participants than these a meeting is large. */
  readonly largeMeetingSize: number;
  readonly hasTones: boolean;
  readonly waitingNoticeMs: number;
  readonly waitingRoomCueMs: number;
  readonly waitingRoomLimitMs: number;
  /** Parts of the User-Agent header, in lower case, that tell a room system. */
  readonly roomSystems: readonly string[];
}
