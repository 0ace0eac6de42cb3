/**
 * Every key of the configuration: its default, what it may be and, in a line, why it is there. Defaults stand
 * here and nowhere else; `default.yaml` shows the ones that people change, and a test holds it to this file.
 */
import { z } from 'zod';
import {
  callDetailRecordsSchema,
  phoneNumbersSchema,
  trunkSchema,
  voiceConnectorGroupsSchema,
  voiceConnectorsSchema,
} from './connector-schema.ts';
import { digits, flag, host, integer, ipAddress, listenerPort, listOf, oneOf, text } from './field.ts';
import { guessingSchema } from './guessing-schema.ts';
import { h323Schema } from './h323-schema.ts';
import { mediaSchema } from './media-schema.ts';
import { meetingsSchema } from './meeting-schema.ts';
import { roomsSchema } from './rooms-schema.ts';
import { sipSchema } from './sip-schema.ts';

const GROUP = 'a group of keys';

const hepSchema = z.strictObject(
  {
    host: host()
      .nullable()
      .default(null)
      .describe('Homer, which is shown SIP, RTCP and call quality over HEP3; null is off.'),
    port: integer(1, 65_535).default(9060).describe('UDP port of Homer.'),
    captureAgentId: integer(0, 4_294_967_295).default(2001).describe('What Homer knows this server by.'),
    password: text('the key that Homer asks of its agents, or null')
      .nullable()
      .default(null)
      .describe('Authenticates the packets, in clear.'),
  },
  GROUP,
);

const metricsSchema = z.strictObject(
  {
    periodSeconds: integer(1, 3600, 'seconds')
      .default(60)
      .describe('How often a leg reports; AWS: a minute.'),
    sinks: z
      .strictObject(
        {
          files: flag().default(true).describe('JSON lines under dataDirectory.'),
          hep: hepSchema.prefault({}),
        },
        GROUP,
      )
      .prefault({}),
  },
  GROUP,
);

const qualitySchema = z.strictObject(
  {
    mos: z
      .strictObject(
        {
          scale: oneOf(['codec', 'narrowband', 'wideband'])
            .default('codec')
            .describe('Scale of MOS: ITU-T G.107 or G.107.1 by codec, or one for all, so that they compare.'),
          delay: oneOf(['recommended', 'simplified'])
            .default('recommended')
            .describe('Delay as ITU-T G.107 takes it, or by the straight lines of Cole and Rosenbluth.'),
        },
        GROUP,
      )
      .prefault({}),
    reports: z
      .strictObject(
        {
          collector: text('a SIP URI such as sip:collector@192.0.2.1, or null', (value) =>
            /^sips?:[^\s<>"]+$/i.test(value),
          )
            .nullable()
            .default(null)
            .describe('Where each call\u2019s quality report is published at its end (RFC 6035).'),
          userName: text('a user name, or null')
            .nullable()
            .default(null)
            .describe('What a collector that asks is told (digest authentication).'),
          password: text('a password, or null')
            .nullable()
            .default(null)
            .describe('The word that goes with it.'),
        },
        GROUP,
      )
      .prefault({}),
  },
  GROUP,
);

const httpSchema = z.strictObject(
  {
    address: ipAddress()
      .default('127.0.0.1')
      .describe('Local address; it has no log-in, so think before 0.0.0.0.'),
    port: listenerPort().default(8080).describe('Status, calls, meetings, metrics and events.'),
    maxBodyBytes: integer(1024, 16_777_216, 'bytes').default(65_536).describe('Longest request body.'),
    maxEventClients: integer(0, 10_000).default(100).describe('Listeners on /events at once.'),
    eventBufferBytes: integer(4096, 268_435_456, 'bytes')
      .default(1_048_576)
      .describe('A listener that falls behind by more is dropped.'),
  },
  GROUP,
);

const accessKeySchema = z.strictObject(
  { id: text('an access key ID'), secret: text('a secret access key') },
  'a pair: { id, secret }',
);

const adminSchema = z.strictObject(
  {
    enabled: flag().default(true).describe('Answers the AWS API on the HTTP port. No effect yet.'),
    accessKeys: listOf(accessKeySchema, 'a list of pairs: [{ id, secret }]')
      .default([{ id: 'test', secret: 'test' }])
      .describe('Keys that requests are signed with.'),
  },
  GROUP,
);

const limitsSchema = z.strictObject(
  {
    maxCalls: integer(1, 1_000_000).default(2000).describe('Calls at once; further ones get 503.'),
    maxCallsPerSecond: integer(1, 100_000).default(500).describe('New calls a second; further ones get 503.'),
    maxMeetings: integer(1, 1_000_000).default(10_000).describe('Meetings known at once.'),
    maxEndedCalls: integer(0, 1_000_000).default(1000).describe('Ended calls that /calls remembers.'),
  },
  GROUP,
);

const loggingSchema = z.strictObject(
  {
    level: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
      .default('info')
      .describe('Least severity that is logged.'),
    destination: text('stderr, or the path of a file').default('stderr').describe('Where log lines go.'),
    sipMessages: flag().default(false).describe('Logs every SIP message, whole, at level info.'),
  },
  GROUP,
);

export const configSchema = z.strictObject(
  {
    region: text('an AWS region such as us-east-1', (value) => /^[a-z]{2}(?:-[a-z]+)+-\d$/.test(value))
      .default('us-east-1')
      .describe('Stands in metrics, events and ARNs.'),
    account: digits('an AWS account ID of 12 digits in quotes', [12])
      .default('111122223333')
      .describe('Stands in metrics, events and ARNs.'),
    dataDirectory: text('a folder').default('data').describe('Logs, metrics, recordings and certificate.'),
    sip: sipSchema.prefault({}),
    h323: h323Schema.prefault({}),
    media: mediaSchema.prefault({}),
    meetings: meetingsSchema.default([]).describe('Meetings that are there from the start.'),
    guessing: guessingSchema.prefault({}),
    recordings: z
      .strictObject(
        {
          enabled: flag().default(true).describe('Meetings can be recorded, under dataDirectory.'),
          format: oneOf(['wav', 'flac'])
            .default('wav')
            .describe('Of the files; FLAC takes about half the room, and loses nothing.'),
        },
        GROUP,
      )
      .prefault({}),
    rooms: roomsSchema.prefault({}),
    voiceConnectors: voiceConnectorsSchema.default([]).describe('Trunks to a telephone system.'),
    voiceConnectorGroups: voiceConnectorGroupsSchema
      .default([])
      .describe('Connectors that stand in for each other in inbound calls.'),
    phoneNumbers: phoneNumbersSchema.default([]).describe('Numbers and the connector, or group, each rings.'),
    trunk: trunkSchema.prefault({}),
    callDetailRecords: callDetailRecordsSchema.prefault({}),
    metrics: metricsSchema.prefault({}),
    quality: qualitySchema.prefault({}),
    http: httpSchema.prefault({}),
    admin: adminSchema.prefault({}),
    limits: limitsSchema.prefault({}),
    logging: loggingSchema.prefault({}),
  },
  'a group of keys, such as { sip: { udpPort: 5060 } }',
);

/** The whole configuration, every key present. Frozen: it is read once, at the start. */
export type Config = DeepReadonly<z.output<typeof configSchema>>;

type DeepReadonly<Value> = Value extends object
  ? { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> }
  : Value;
