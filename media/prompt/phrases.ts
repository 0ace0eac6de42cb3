/**
 * Everything that is said to callers. The recordings in `voice/` are made from these sentences: after a change,
 * `npm run voice`.
 */

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];

export const PHRASES = {
  welcome: { en: 'Welcome.', de: 'Willkommen.' },
  'enter-meeting-id': {
    en: 'Please enter your meeting ID, followed by the pound key.',
    de: 'Bitte geben Sie Ihre Besprechungs-ID ein, gefolgt von der Rautetaste.',
  },
  'you-entered': { en: 'You entered', de: 'Sie haben eingegeben:' },
  'invalid-meeting-id': {
    en: 'That meeting ID is not valid.',
    de: 'Diese Besprechungs-ID ist nicht gültig.',
  },
  'no-entry': { en: 'I did not receive an entry.', de: 'Ich habe keine Eingabe erhalten.' },
  'too-many-tries': {
    en: 'Too many entries were wrong. Please try again later.',
    de: 'Zu viele Eingaben waren falsch. Bitte versuchen Sie es später noch einmal.',
  },
  'one-moment': { en: 'One moment, please.', de: 'Einen Moment bitte.' },
  goodbye: { en: 'Goodbye.', de: 'Auf Wiederhören.' },
  joining: { en: 'You are joining the meeting.', de: 'Sie werden mit der Besprechung verbunden.' },
  'locked-out': {
    en: 'This meeting is locked. To join, enter your personal ID of 13 digits.',
    de: 'Diese Besprechung ist gesperrt. Zur Teilnahme geben Sie Ihre persönliche ID mit 13 Ziffern ein.',
  },
  'meeting-full': { en: 'This meeting is full.', de: 'Diese Besprechung ist voll.' },
  'id-in-use': {
    en: 'Somebody has joined with this ID already.',
    de: 'Mit dieser ID nimmt bereits jemand teil.',
  },
  'waiting-for-moderator': {
    en: 'The meeting begins when the moderator joins. If you are the moderator, enter your passcode, followed by the pound key.',
    de: 'Die Besprechung beginnt, wenn der Moderator teilnimmt. Sind Sie der Moderator, geben Sie Ihren Kenncode ein, gefolgt von der Rautetaste.',
  },
  'waiting-room': {
    en: 'You are in the waiting room. The host will let you in.',
    de: 'Sie sind im Warteraum. Der Gastgeber lässt Sie ein.',
  },
  'not-let-in': {
    en: 'Nobody has let you into the meeting.',
    de: 'Niemand hat Sie in die Besprechung eingelassen.',
  },
  'turned-away': {
    en: 'The host has not let you into the meeting.',
    de: 'Der Gastgeber hat Sie nicht in die Besprechung eingelassen.',
  },
  'you-are-moderator': { en: 'You are a moderator.', de: 'Sie sind Moderator.' },
  'already-moderator': { en: 'You are a moderator already.', de: 'Sie sind bereits Moderator.' },
  'id-accepted': { en: 'Your ID was accepted.', de: 'Ihre ID wurde angenommen.' },
  'wrong-passcode': { en: 'That passcode is not valid.', de: 'Dieser Kenncode ist nicht gültig.' },
  'no-passcode': { en: 'This meeting has no passcode.', de: 'Diese Besprechung hat keinen Kenncode.' },
  'unknown-code': {
    en: 'There is no such code. Press star zero for the menu.',
    de: 'Diesen Code gibt es nicht. Für das Menü drücken Sie Stern Null.',
  },
  muted: { en: 'You are muted.', de: 'Sie sind stummgeschaltet.' },
  unmuted: { en: 'You are no longer muted.', de: 'Sie sind nicht mehr stummgeschaltet.' },
  'muted-by-moderator': {
    en: 'A moderator has muted you. To unmute yourself, press star seven.',
    de: 'Ein Moderator hat Sie stummgeschaltet. Um das aufzuheben, drücken Sie Stern Sieben.',
  },
  'joined-muted': {
    en: 'This is a large meeting, and you are muted. To unmute yourself, press star seven.',
    de: 'Dies ist eine große Besprechung, und Sie sind stummgeschaltet. Um das aufzuheben, drücken Sie Stern Sieben.',
  },
  'all-muted': { en: 'All others are muted.', de: 'Alle anderen sind stummgeschaltet.' },
  locked: { en: 'The meeting is locked.', de: 'Die Besprechung ist gesperrt.' },
  unlocked: { en: 'The meeting is no longer locked.', de: 'Die Besprechung ist nicht mehr gesperrt.' },
  'recording-started': {
    en: 'This meeting is being recorded.',
    de: 'Diese Besprechung wird aufgezeichnet.',
  },
  'recording-stopped': { en: 'The recording has ended.', de: 'Die Aufzeichnung ist beendet.' },
  'recording-unavailable': {
    en: 'Recording is not available.',
    de: 'Eine Aufzeichnung ist nicht möglich.',
  },
  'recording-failed': {
    en: 'The recording has failed. The meeting goes on without it.',
    de: 'Die Aufzeichnung ist fehlgeschlagen. Die Besprechung geht ohne sie weiter.',
  },
  'meeting-ended': {
    en: 'A moderator has ended the meeting.',
    de: 'Ein Moderator hat die Besprechung beendet.',
  },
  'moderators-only': {
    en: 'Only a moderator can do that. To become one, enter the passcode, followed by the pound key.',
    de: 'Das kann nur ein Moderator. Um Moderator zu werden, geben Sie den Kenncode ein, gefolgt von der Rautetaste.',
  },
  'not-yet': { en: 'The meeting has not begun.', de: 'Die Besprechung hat noch nicht begonnen.' },
  'menu-mute': {
    en: 'To mute or unmute yourself, press star seven.',
    de: 'Um sich stummzuschalten oder das aufzuheben, drücken Sie Stern Sieben.',
  },
  'menu-passcode': {
    en: 'To become a moderator, enter the passcode, followed by the pound key.',
    de: 'Um Moderator zu werden, geben Sie den Kenncode ein, gefolgt von der Rautetaste.',
  },
  'menu-moderator': {
    en: 'To mute all others, press star nine seven. To start or stop a recording, star two. To lock or unlock the meeting, star four. To end the meeting for everybody, press the pound key twice.',
    de: 'Um alle anderen stummzuschalten, drücken Sie Stern Neun Sieben. Für eine Aufzeichnung oder deren Ende Stern Zwei. Um die Besprechung zu sperren oder zu entsperren, Stern Vier. Um die Besprechung für alle zu beenden, zweimal die Rautetaste.',
  },
  'digit-0': { en: 'zero', de: 'null' },
  'digit-1': { en: 'one', de: 'eins' },
  'digit-2': { en: 'two', de: 'zwei' },
  'digit-3': { en: 'three', de: 'drei' },
  'digit-4': { en: 'four', de: 'vier' },
  'digit-5': { en: 'five', de: 'fünf' },
  'digit-6': { en: 'six', de: 'sechs' },
  'digit-7': { en: 'seven', de: 'sieben' },
  'digit-8': { en: 'eight', de: 'acht' },
  'digit-9': { en: 'nine', de: 'neun' },
} as const satisfies Record<string, Readonly<Record<Language, string>>>;

/** The name of a sentence. */
export type Phrase = keyof typeof PHRASES;

/** Numbers are spoken digit by digit; what is no digit is left out. */
export function spokenDigits(text: string): Phrase[] {
  return [...text].filter((character) => /\d/.test(character)).map((digit) => `digit-${digit}` as Phrase);
}
