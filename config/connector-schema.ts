import { z } from 'zod';
import {
  cidr,
  flag,
  host,
  integer,
  ipAddress,
  listOf,
  oneOf,
  phoneNumber,
  refuseDuplicates,
  text,
} from './field.ts';
import { credentialsSchema } from './sip-schema.ts';

/** The model of AWS: 21 or 22 lower-case letters and digits, or a UUID. */
export const connectorId = text(
  'a Voice Connector ID: 21 or 22 lower-case letters and digits, or a UUID',
  (value) => /^(?:[a-z\d]{21,22}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/.test(value),
);

const country = text('a country such as US (ISO 3166-1 alpha-2)', (value) => /^[A-Z]{2}$/.test(value));

const routeSchema = z.strictObject(
  {
    host: host().describe('Where to send the call.'),
    port: integer(0, 65_535).default(5060).describe('Its port.'),
    protocol: oneOf(['UDP', 'TCP']).default('UDP').describe('Transport to use.'),
    priority: integer(1, 100).default(1).describe('Tried in this order, 1 first.'),
    weight: integer(1, 100).default(1).describe('Share of the calls among routes of one priority.'),
  },
  'a route: { host, port, protocol, priority, weight }',
);

const routesSchema = listOf(routeSchema, 'a list of at most 20 routes').max(
  20,
  'a list of at most 20 routes',
);

const terminationSchema = z.strictObject(
  {
    cidrAllowedList: listOf(cidr(), 'a list of address blocks')
      .default([])
      .describe('Where the telephone system calls from; empty lets nobody call out.'),
    cpsLimit: integer(1, 256).default(1).describe('New outbound calls a second.'),
    credentials: credentialsSchema.default([]).describe('Empty asks for no authentication.'),
    callingRegions: listOf(country, 'a list of countries such as [US, CA]')
      .default([])
      .describe('Countries that may be called (ISO 3166-1 alpha-2); empty is all.'),
    defaultPhoneNumber: phoneNumber()
      .nullable()
      .default(null)
      .describe('Caller ID of calls that name no number of ours; null refuses them.'),
    disabled: flag().default(false).describe('Refuses every outbound call.'),
    routes: routesSchema.default([]).describe('The far end; empty is the simulated telephone network.'),
  },
  'a group of keys: termination: { cidrAllowedList, cpsLimit, credentials, … }',
);

const originationSchema = z.strictObject(
  {
    routes: routesSchema.default([]).describe('The telephone system, in the order of its priorities.'),
    disabled: flag().default(false).describe('Refuses every inbound call.'),
  },
  'a group of keys: origination: { routes }',
);

/** AWS: StreamingConfiguration. */
const streamingSchema = z.strictObject(
  {
    disabled: flag().default(true).describe('Calls are not streamed, recording sessions refused.'),
    dataRetentionInHours: integer(0, 87_600, 'hours')
      .default(24)
      .describe('How long streams are kept; 0 removes them a minute after the call.'),
  },
  'a group of keys: streaming: { disabled, dataRetentionInHours }',
);

export const voiceConnectorSchema = z.strictObject(
  {
    id: connectorId.describe('First label of its host name, <id>.voiceconnector.chime.aws.'),
    name: text('a name').describe('For people.'),
    loggingEnabled: flag().default(true).describe('Writes its SIP message log and media-quality log.'),
    requireEncryption: flag().default(false).describe('Takes calls over TLS with SRTP only.'),
    port: integer(1, 65_535)
      .nullable()
      .default(null)
      .describe('UDP and TCP port of its own; what comes in there is meant for this connector.'),
    termination: terminationSchema.prefault({}),
    origination: originationSchema.prefault({}),
    streaming: streamingSchema.prefault({}).describe('Sound of both sides, under streams/.'),
  },
  'a Voice Connector: { id, name, loggingEnabled, termination, origination }',
);

export const voiceConnectorsSchema = listOf(voiceConnectorSchema, 'a list of Voice Connectors').superRefine(
  refuseDuplicates('voiceConnectors', (connectors) =>
    connectors.map(({ id }, index) => ({ path: [index, 'id'], value: id })),
  ),
);

const groupId = text('the ID of a group', (value) => /^[\w.-]{1,128}$/.test(value));

const groupItemSchema = z.strictObject(
  {
    voiceConnectorId: connectorId.describe('A connector of the group.'),
    priority: integer(1, 99).default(1).describe('Tried in this order, 1 first.'),
  },
  'a connector of the group: { voiceConnectorId, priority }',
);

export const voiceConnectorGroupSchema = z.strictObject(
  {
    id: groupId.describe('What numbers name it by.'),
    name: text('a name').describe('For people.'),
    items: listOf(groupItemSchema, 'a list of at most 3 connectors')
      .max(3, 'a list of at most 3 connectors')
      .default([]),
  },
  'a group: { id, name, items }',
);

export const voiceConnectorGroupsSchema = listOf(
  voiceConnectorGroupSchema,
  'a list of Voice Connector groups',
).superRefine(
  refuseDuplicates('voiceConnectorGroups', (groups) =>
    groups.map(({ id }, index) => ({ path: [index, 'id'], value: id })),
  ),
);

export const phoneNumberSchema = z.strictObject(
  {
    number: phoneNumber().describe('In quotes, or YAML reads it as a sum.'),
    voiceConnectorId: connectorId.nullable().default(null).describe('The connector it rings, or null.'),
    voiceConnectorGroupId: groupId.nullable().default(null).describe('Or the group of connectors it rings.'),
  },
  'a number: { number, voiceConnectorId, voiceConnectorGroupId }',
);

export const phoneNumbersSchema = listOf(phoneNumberSchema, 'a list of telephone numbers').superRefine(
  refuseDuplicates('phoneNumbers', (numbers) =>
    numbers.map(({ number }, index) => ({ path: [index, 'number'], value: number })),
  ),
);

/** S3's rule for names, without that for access points. */
const bucket = text('the name of a bucket: 3 to 63 lower-case letters, digits and dashes', (value) =>
  /^[a-z\d][a-z\d-]{1,61}[a-z\d]$/.test(value),
);

/** AWS: CdrBucket of the global settings. */
export const callDetailRecordsSchema = z.strictObject(
  {
    voiceConnectorBucket: bucket
      .nullable()
      .default('carillon-records')
      .describe('Folder under s3/ for the records of trunk calls and their streaming; null writes none.'),
    businessCallingBucket: bucket
      .nullable()
      .default('carillon-records')
      .describe('Folder under s3/ for the records of telephones in meetings; null writes none.'),
  },
  'a group of keys: callDetailRecords: { voiceConnectorBucket, businessCallingBucket }',
);

const status = (allowed: number) => integer(400, 699, 'a SIP status').default(allowed);

/** AWS publishes none of these but the caller ID's. */
const sipStatusSchema = z.strictObject(
  {
    'source-not-allowed': status(403).describe('The address is in no cidrAllowedList.'),
    'connector-disabled': status(403).describe('termination.disabled or origination.disabled.'),
    'encryption-required': status(403).describe('Not TLS with SRTP where requireEncryption asks for it.'),
    'number-not-valid': status(404).describe('The number dialed is not in E.164 form.'),
    'country-not-allowed': status(403).describe('Its country is not among callingRegions.'),
    'caller-id-not-valid': status(403).describe('The caller ID is no number of ours.'),
    'too-many-calls': status(503).describe('trunk.maxActiveCalls are under way.'),
    'too-many-calls-per-second': status(503).describe('termination.cpsLimit is met.'),
    'no-route': status(480).describe('The connector has no route.'),
    'routes-failed': status(503).describe('No route could be reached.'),
  },
  'a group of keys',
);

export const trunkSchema = z.strictObject(
  {
    maxActiveCalls: integer(1, 1_000_000).default(10).describe('Calls of all connectors at once.'),
    routeTimeoutMs: integer(100, 60_000, 'ms')
      .default(4000)
      .describe('A route that has not answered at all by then is left for the next.'),
    optionsIntervalSeconds: integer(1, 86_400, 'seconds')
      .nullable()
      .default(60)
      .describe('How often routes are asked by OPTIONS whether they are there; null is never.'),
    answerTimeoutSeconds: integer(1, 3600, 'seconds').default(180).describe('How long it may ring.'),
    mediaAddress: ipAddress()
      .nullable()
      .default(null)
      .describe('Media address in SDP, apart from that of signaling; null is the same.'),
    privateAddress: ipAddress()
      .default('10.0.58.47')
      .describe('Host of From in inbound calls: customers see a private one.'),
    farEndAllowedList: listOf(cidr(), 'a list of address blocks')
      .default([])
      .describe('Carriers: calls from there to our numbers are inbound.'),
    transfers: oneOf(['connect', 'refuse'])
      .default('connect')
      .describe('REFER within a call: the connector calls the number named and connects it, or says 603.'),
    changesFile: text('the name of a file, or null')
      .nullable()
      .default('connectors.json')
      .describe('Keeps what is changed over HTTP, below dataDirectory; null forgets it at the stop.'),
    sipStatus: sipStatusSchema.prefault({}).describe('What refusals say.'),
  },
  'a group of keys',
);
