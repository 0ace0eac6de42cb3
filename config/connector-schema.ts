import { z } from 'zod';
import { cidr, flag, host, integer, listOf, oneOf, phoneNumber, refuseDuplicates, text } from './field.ts';
import { credentialsSchema } from './sip-schema.ts';

/** The model of AWS: 21 or 22 lower-case letters and digits, or a UUID. */
export const connectorId = text(
  'a Voice Connector ID: 21 or 22 lower-case letters and digits, or a UUID',
  (value) => /^(?:[a-z\d]{21,22}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/.test(value),
);

const terminationSchema = z.strictObject(
  {
    cidrAllowedList: listOf(cidr(), 'a list of address blocks')
      .default([])
      .describe('Where calls may come from.'),
    cpsLimit: integer(1, 256).default(1).describe('New calls a second.'),
    credentials: credentialsSchema.default([]).describe('Empty asks for no authentication.'),
  },
  'a group of keys: termination: { cidrAllowedList, cpsLimit, credentials }',
);

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

const originationSchema = z.strictObject(
  {
    routes: listOf(routeSchema, 'a list of at most 20 routes')
      .max(20, 'a list of at most 20 routes')
      .default([]),
  },
  'a group of keys: origination: { routes }',
);

const voiceConnectorSchema = z.strictObject(
  {
    id: connectorId.describe('First label of its host name, <id>.voiceconnector.chime.aws.'),
    name: text('a name').describe('For people.'),
    loggingEnabled: flag().default(true).describe('Writes its SIP message log and media-quality log.'),
    requireEncryption: flag().default(false).describe('Takes calls over TLS with SRTP only.'),
    termination: terminationSchema.prefault({}),
    origination: originationSchema.prefault({}),
  },
  'a Voice Connector: { id, name, loggingEnabled, termination, origination }',
);

export const voiceConnectorsSchema = listOf(voiceConnectorSchema, 'a list of Voice Connectors').superRefine(
  refuseDuplicates('voiceConnectors', (connectors) =>
    connectors.map(({ id }, index) => ({ path: [index, 'id'], value: id })),
  ),
);

const phoneNumberSchema = z.strictObject(
  {
    number: phoneNumber().describe('In quotes, or YAML reads it as a sum.'),
    voiceConnectorId: connectorId.nullable().default(null).describe('The connector it rings, or null.'),
  },
  'a number: { number, voiceConnectorId }',
);

export const phoneNumbersSchema = listOf(phoneNumberSchema, 'a list of telephone numbers').superRefine(
  refuseDuplicates('phoneNumbers', (numbers) =>
    numbers.map(({ number }, index) => ({ path: [index, 'number'], value: number })),
  ),
);
