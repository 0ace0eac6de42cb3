import { CATALOG } from '../../metrics/catalog.ts';
import { MEDIA_QUALITY_FIELDS } from '../../metrics/media-quality-log.ts';
import { SIP_MESSAGE_FIELDS } from '../../metrics/sip-message-log.ts';
import { Call } from '../../src/call/call.ts';
import { ServiceMetrics } from '../../src/telling/service-metrics.ts';
import { Telling } from '../../src/telling.ts';
import { FakeCallLeg } from './fake-call-leg.ts';
import { createLegReport } from './leg-report.ts';
import { MemorySink } from './memory-sink.ts';

const START_MS = Date.UTC(2026, 10, 23, 4, 0, 0);
const CALL_ID = 'c0ffee00-0000-4000-8000-000000000001';

interface Examples {
  readonly mediaQuality: string;
  readonly sipMessage: string;
  readonly metrics: string;
}

/** The whole of docs/telling.md: its tables and examples come from the code that writes the real lines. */
export async function renderTellingDocument(): Promise<string> {
  const examples = await tellExamples();
  return [
    INTRODUCTION,
    mediaQualitySection(examples.mediaQuality),
    sipMessageSection(examples.sipMessage),
    metricsSection(examples.metrics),
    prometheusSection(),
  ].join('\n\n');
}

/** A room calls at 04:00:00, talks for a minute and a half, and the service stops at 04:01:50. */
async function tellExamples(): Promise<Examples> {
  const sink = new MemorySink();
  const options = { region: 'us-east-1', roomsConnectorId: 'carillonroombridge0000', periodSeconds: 60 };
  const telling = new Telling({ ...options, sinks: [sink] }, START_MS);
  const call = new Call(new FakeCallLeg(CALL_ID, '6064724824'));
  const invite = Buffer.from('INVITE sip:6064724824@meet.chime.in SIP/2.0\r\nMax-Forwards: 70\r\n…');
  telling.sipMessage('received', invite, `${CALL_ID}@fake`, START_MS);
  telling.callArrived(call, START_MS);
  telling.callAnswered(call, START_MS + 20);
  telling.legReport(call, createLegReport({ intervalEndMs: START_MS + 60_020 }));
  telling.callEnded(call, START_MS + 90_000);
  await telling.stop(START_MS + 110_000);
  const last = (kind: string) =>
    sink.lines.findLast(({ destination }) => destination.kind === kind)?.json ?? 'missing';
  return {
    mediaQuality: last('media-quality-log'),
    sipMessage: last('sip-message-log'),
    metrics: last('metrics'),
  };
}

const INTRODUCTION = `# What Carillon tells

Every call is told in the shapes that Amazon's tools already read, as JSON lines under \`dataDirectory\`: one object
a line, a file for each UTC hour, named by the time of what it tells.

${table(
  ['File', 'What', 'Written'],
  [
    [
      '`logs/aws/ChimeVoiceConnectorLogs/<connector>/YYYY-MM-DD-HH.jsonl`',
      'media quality of a call',
      'each minute of a call, and once more for the rest of a minute at its end',
    ],
    [
      '`logs/aws/ChimeVoiceConnectorSipMessages/<connector>/YYYY-MM-DD-HH.jsonl`',
      'SIP messages',
      'for each message received or sent, retransmissions included',
    ],
    [
      '`metrics/AWS_ChimeVoiceConnector/YYYY-MM-DD-HH.jsonl`',
      'CloudWatch metrics (embedded metric format)',
      'at the end of each period (`metrics.periodSeconds`) in which a connector was in use, and at the stop',
    ],
  ],
)}

- **Connector.** A Voice Connector's own ID; for calls into meetings \`rooms.connectorId\`. \`loggingEnabled: false\`
  keeps a connector out of the two logs; its metrics are told in any case.
- **Delay.** Lines wait at most a quarter of a second, or until there are 64 KB of them; the stop writes all.
- **Whole lines.** A line that a crash has torn is followed by a newline when the file is next opened; a write that
  a full disk cuts short is cut back to its last whole line, and the rest is written when there is room again.
- **Trouble.** A place that cannot be written is logged once, and once more when it recovers. Meanwhile up to 32 MB
  of lines wait; then the oldest are dropped and counted (\`carillon_sink_lines_dropped_total\`).
- **Permissions.** Folders are made 0750 and files 0640: they say who calls whom.`;

function mediaQualitySection(example: string): string {
  return `## Media quality of a call

The fields stand in this order. A count is of the minute; loss runs over the call. A field of jitter, round trip,
MOS, or of loss that only the other side can report, is left out until it was measured: it is never a zero that
nobody saw. A call into a meeting has no remote end: the counts of \`rem2vc\` and \`vc2rem\` are zero, their
measures left out.

${fieldTable(MEDIA_QUALITY_FIELDS)}

- \`call_id\` is ours, the same in every log, in \`/calls\` and in the events.
- \`endpoint_id\` is a digest of protocol, calling user and host, and network address: the same for each call of a
  device, so that a query can group by it.
- \`from_country\` and \`to_country\` need an E.164 number with its plus; for a meeting ID they are empty.

${code('json', example)}`;
}

function sipMessageSection(example: string): string {
  return `## SIP messages

${fieldTable(SIP_MESSAGE_FIELDS)}

The text is what was on the wire, as AWS logs it: a digest response in it is a hash, yet nothing is blacked out.
Bytes that are not UTF-8 appear as U+FFFD.

${code('json', example)}`;
}

function metricsSection(example: string): string {
  const rows = CATALOG.map(({ name, unit, statistic, meaning }) => [`\`${name}\``, unit, statistic, meaning]);
  return `## CloudWatch metrics

Namespace \`AWS/ChimeVoiceConnector\`, in three dimension sets: \`VoiceConnectorId\`, \`Region\`, and none. A line
stands for one connector and period, its \`Timestamp\` the beginning of the period.

- **Nothing happened:** a connector without a call, of which nothing was counted, writes no line.
- **In use:** the fifteen counts are all there, zeros included, so that rates can be divided.
- **Media:** an array with one value for each call and minute; what nobody measured has none, and calls into
  meetings have none for the remote end. More than a hundred values go on in further lines.
- **Direction:** a call into a meeting is inbound: it comes in, and ends here.
- **Active:** every answered call that was up at any moment of the period, also a short one.
- **Failures:** every call that ended before an answer, a caller who gave up (487) included; and each trunk call that a
  route refused or did not answer, also where another route took it: that call is answered and failed.
- **Groups:** a call that moves on to another connector is an attempt and a failure of the one, an attempt of the other.
- **Both legs:** responses and messages of both sides of a trunk call are of its connector, under one \`call_id\`.

${table(['Metric', 'Unit', 'Statistic', 'Meaning'], rows)}

${code('json', example)}`;
}

function prometheusSection(): string {
  const metrics = new ServiceMetrics();
  metrics.addSinks([]);
  const rows = [...metrics.registry.families].map(({ name, type, labels = [], help }) => [
    `\`${name}\``,
    type,
    labels.map((label) => `\`${label}\``).join(', '),
    help,
  ]);
  const buckets = [...metrics.registry.families].flatMap(({ name, bounds }) =>
    bounds === undefined ? [] : [[`\`${name}\``, bounds.join(', ')]],
  );
  return `## Prometheus

\`GET /metrics\`, text format 0.0.4. No label holds the ID of a call. A label with more than 200 values goes on as
\`other\`.

${table(['Name', 'Type', 'Labels', 'Meaning'], rows)}

The buckets of a histogram stay the same from version to version, so that series can be compared:

${table(['Histogram', 'Upper bounds, and `+Inf`'], buckets)}
`;
}

interface DocumentedField {
  readonly name: string;
  readonly unit: string;
  readonly meaning: string;
}

function fieldTable(fields: readonly DocumentedField[]): string {
  return table(
    ['Field', 'Unit', 'Meaning'],
    fields.map(({ name, unit, meaning }) => [`\`${name}\``, unit, meaning]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function code(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}
