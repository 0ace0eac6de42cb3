import { countryOfNumber } from '../calling-code.ts';
import { billableSeconds, epochSeconds, minutesOf } from './billing.ts';
import { type RecordField, serializeRecord } from './record-field.ts';

/** A telephone's call into a meeting, when the meeting is over. */
export interface BusinessCall {
  readonly accountId: string;
  /** Ours, of the record. */
  readonly recordId: string;
  readonly conferenceId: string;
  readonly conferencePin: string;
  readonly organizerUserId: string;
  readonly organizerEmail: string;
  readonly callerNumber: string;
  /** The number dialed, empty where the meeting was called by its ID. */
  readonly destinationNumber: string;
  readonly conferenceStartMs: number;
  readonly conferenceEndMs: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly direction: 'Inbound' | 'Outbound';
}

const text = (name: string, meaning: string, read: (call: BusinessCall) => string) =>
  ({ name, type: 'string', meaning, read }) satisfies RecordField<BusinessCall>;
const seconds = (name: string, meaning: string, read: (call: BusinessCall) => number) =>
  text(name, meaning, (call) => `${epochSeconds(read(call))}`);

/** In the order of the Administrator Guide's example; every value is a string, numbers too. */
export const BUSINESS_CALLING_FIELDS: readonly RecordField<BusinessCall>[] = [
  text('SchemaVersion', '`2.0`', () => '2.0'),
  text('CdrId', 'Ours, of the record', ({ recordId }) => recordId),
  text('ServiceCode', '`AmazonChimeBusinessCalling`', () => 'AmazonChimeBusinessCalling'),
  text('ChimeAccountId', 'Account', ({ accountId }) => accountId),
  text('AwsAccountId', 'Account', ({ accountId }) => accountId),
  text('ConferenceId', 'Ours, of the meeting from start to end', ({ conferenceId }) => conferenceId),
  text('ConferencePin', 'Meeting ID', ({ conferencePin }) => conferencePin),
  text('OrganizerUserId', 'Who hosts the meeting', ({ organizerUserId }) => organizerUserId),
  text('OrganizerEmail', 'Empty: no addresses are known', ({ organizerEmail }) => organizerEmail),
  text('CallerPhoneNumber', 'E.164', ({ callerNumber }) => callerNumber),
  text('CallerCountry', 'ISO 3166-1', ({ callerNumber }) => countryOfNumber(callerNumber) ?? ''),
  text('DestinationPhoneNumber', 'Empty where the ID was dialed', (call) => call.destinationNumber),
  text('DestinationCountry', 'ISO 3166-1', (call) => countryOfNumber(call.destinationNumber) ?? ''),
  seconds('ConferenceStartTimeEpochSeconds', 'Start of the meeting', (call) => call.conferenceStartMs),
  seconds('ConferenceEndTimeEpochSeconds', 'End of the meeting', (call) => call.conferenceEndMs),
  seconds('StartTimeEpochSeconds', 'When it joined', ({ startMs }) => startMs),
  seconds('EndTimeEpochSeconds', 'When it left', ({ endMs }) => endMs),
  text('BillableDurationSeconds', 'In steps of six seconds', (call) => `${billedSecondsOf(call)}`),
  text('BillableDurationMinutes', 'The same, `.4` for 24 s', (call) => decimal(billedSecondsOf(call))),
  text('Direction', '`Inbound`', ({ direction }) => direction),
];

export function serializeBusinessCallingRecord(call: BusinessCall): string {
  return serializeRecord(BUSINESS_CALLING_FIELDS, call);
}

export function businessCallingRecordKey({
  accountId,
  conferenceId,
  startMs,
  recordId,
}: BusinessCall): string {
  const iso = new Date(startMs).toISOString();
  const day = iso.slice(0, 10);
  const time = iso.slice(11, 23).replaceAll(':', '.');
  const folder = `Amazon-Chime-Business-Calling-CDRs/json/${accountId}/${day.replaceAll('-', '/')}`;
  return `${folder}/${conferenceId}_${day}-${time}_${recordId}`;
}

function billedSecondsOf({ startMs, endMs }: BusinessCall): number {
  return billableSeconds(endMs - startMs);
}

/** `.4`, `1.2`, `0`: as AWS prints it. */
function decimal(billedSeconds: number): string {
  const tenths = minutesOf(billedSeconds).toFixed(1);
  return tenths.replace(/^0(?=\.)/, '').replace(/\.0$/, '') || '0';
}
