import { BUSINESS_CALLING_FIELDS } from '../../metrics/record/business-calling-record.ts';
import { CALL_DETAIL_FIELDS } from '../../metrics/record/call-detail-record.ts';
import { STREAMING_DETAIL_FIELDS } from '../../metrics/record/streaming-detail-record.ts';

interface DocumentedField {
  readonly name: string;
  readonly type: string;
  readonly meaning: string;
}

/** The whole of docs/call-detail-records.md: its tables come from the code that writes the records. */
export function renderRecordsDocument(): string {
  return `# Call detail records

Each call leaves a record as AWS would put it into an S3 bucket: compact JSON, one object a file, no file extension,
under \`dataDirectory/s3/<bucket>/\`. \`callDetailRecords.voiceConnectorBucket\` and \`businessCallingBucket\` name the
buckets (\`carillon-records\`); null writes none.

| Record | Key |
| --- | --- |
| Trunk call | \`Amazon-Chime-Voice-Connector-CDRs/json/<connector>/YYYY/MM/DD/HH.MM.SS.mmm_<TransactionId>\` |
| Streaming of a call | \`Amazon-Chime-Voice-Connector-SDRs/json/\` and the same |
| Telephone in a meeting | \`Amazon-Chime-Business-Calling-CDRs/json/<account>/YYYY/MM/DD/<ConferenceId>_YYYY-MM-DD-HH.MM.SS.mmm_<CdrId>\` |

- **Once and whole.** An object appears under its name when all of it is on the disk. What is still to be written stands
  in \`s3/.unfinished/ledger.jsonl\` from the answer on: a process that is killed, between end and write or amid calls,
  loses none and writes none twice. Calls it did not outlive are written at the next start, with the second it last
  lived as their end and \`Connector Stopped\` as message.
- **Which calls.** Every trunk call, answered or not, but those whose source is in no \`cidrAllowedList\` and those
  without the right credentials: a stranger could fill the disk. In meetings, callers whose number is E.164; the record
  is written when the meeting ends.
- **Rounding.** Time is billed from the answer, in whole steps of six seconds. Times are in UTC and start with the INVITE.
- **Trouble.** A disk that takes nothing is told once in the log and in \`/status\`, asked again each second, and costs no
  call; \`carillon_records_waiting\` counts what waits.

## Trunk call

${table(CALL_DETAIL_FIELDS)}

\`BillableDurationMinutes\` always has its decimal point (\`1.0\`), for tools that load it into a float. \`UsageType\` is
\`USE1-US-DE-outbound-minutes\` or, by the customer's number alone, \`USE1-US-inbound-minutes\`.

## Streaming

${table(STREAMING_DETAIL_FIELDS)}

## Telephone in a meeting

Every value is a string.

${table(BUSINESS_CALLING_FIELDS)}

## Meetings

\`meetings/YYYY-MM-DD-HH.jsonl\` has a line for each \`meeting-started\`, \`participant-joined\`, \`participant-left\` and
\`meeting-ended\`. The last one says who is billed: with a room system (SIP or H.323) in it, the host is an active Pro
user that day.

\`\`\`json
{"type":"meeting-ended","atMs":1795406460000,"conferenceId":"c0ffee00-0000-4000-8000-000000000001","meetingId":"6064724824","title":"Stand-up","durationMs":60000,"participants":2,"billing":{"host":"Mary Major","isActivePro":true,"because":["SIP"]}}
\`\`\`
`;
}

function table(fields: readonly DocumentedField[]): string {
  const rows = fields.map(({ name, type, meaning }) => `| \`${name}\` | ${type} | ${meaning} |`);
  return ['| Field | Type | Meaning |', '| --- | --- | --- |', ...rows].join('\n');
}
