import { z } from 'zod';
import { flag, host, integer, ipAddress, listenerPort, listOf, optionalFile, text } from './field.ts';

const HIGHEST_COUNT = 10_000_000;

const tlsSchema = z.strictObject(
  {
    allowPlainTcp: flag()
      .default(true)
      .describe('Answers plain TCP on the TLS port too, told apart by its first byte.'),
    certificate: optionalFile()
      .default(null)
      .describe('PEM file with the chain, own certificate first; null makes one at the first start.'),
    key: optionalFile().default(null).describe('PEM file with the private key of that certificate.'),
  },
  'a group of keys: tls: { allowPlainTcp, certificate, key }',
);

const timersSchema = z.strictObject(
  {
    t1Ms: integer(10, 60_000, 'ms').default(500).describe('Estimate of the round trip (RFC 3261 §17.1.1.1).'),
    t2Ms: integer(10, 60_000, 'ms').default(4000).describe('Longest interval between retransmissions.'),
    t4Ms: integer(10, 60_000, 'ms').default(5000).describe('How long a message may stay in the network.'),
  },
  'a group of keys: timers: { t1Ms, t2Ms, t4Ms }',
);

const credentialSchema = z.strictObject(
  {
    userName: text('a user name').describe('As in the Authorization header.'),
    password: text('a password').describe('Kept in memory only; never logged or shown.'),
  },
  'a pair: { userName, password }',
);

export const credentialsSchema = listOf(credentialSchema, 'a list of pairs: [{ userName, password }]');

export const sipSchema = z.strictObject(
  {
    address: ipAddress()
      .default('0.0.0.0')
      .describe('Local address of every SIP and media socket; :: takes IPv4 and IPv6.'),
    advertisedAddress: host('auto, or the host name or IP address that callers reach this machine by')
      .default('auto')
      .describe('What we write into Contact and SDP; auto is the address the call came in on.'),
    udpPort: listenerPort().default(5060).describe('SIP over UDP.'),
    tcpPort: listenerPort().default(5060).describe('SIP over TCP.'),
    tlsPort: listenerPort().default(5061).describe('SIP over TLS, what room systems dial.'),
    webSocketPort: listenerPort()
      .default(5066)
      .describe(
        'SIP over WebSocket at /sip (RFC 7118); over TLS too, with the certificate of tlsPort, unless that is null.',
      ),
    domains: listOf(host(), 'a list of host names')
      .default(['meet.chime.in'])
      .describe('Names besides our addresses that a Request-URI may call us by.'),
    tls: tlsSchema.prefault({}),
    maxConnections: integer(1, 1_000_000)
      .default(10_000)
      .describe('TCP, TLS and WebSocket connections at once; further ones are closed.'),
    maxConnectionsPerAddress: integer(1, 1_000_000)
      .default(1000)
      .describe('The same from one address, so that one peer cannot take them all.'),
    idleTimeoutSeconds: integer(10, 86_400, 'seconds')
      .default(3600)
      .describe('A connection without a byte for so long is closed; longer than a session refresh.'),
    halfOpenTimeoutSeconds: integer(1, 300, 'seconds')
      .default(10)
      .describe('Time for a TLS handshake, or to complete a message once begun.'),
    maxTransactions: integer(100, HIGHEST_COUNT)
      .default(100_000)
      .describe('Transactions at once; new requests beyond get 503 with Retry-After.'),
    maxMessageBytes: integer(1500, 1_048_576, 'bytes')
      .default(65_536)
      .describe('Longest message taken from a stream; longer ones get 513.'),
    timers: timersSchema.prefault({}),
    sessionExpiresSeconds: integer(90, 86_400, 'seconds')
      .default(1800)
      .describe('Session timer we propose (RFC 4028 §4).'),
    minSessionExpiresSeconds: integer(90, 86_400, 'seconds')
      .default(90)
      .describe('Shorter proposals get 422; 90 is the least RFC 4028 §5 allows.'),
    realm: text('a realm, or null')
      .nullable()
      .default(null)
      .describe('Realm of the digest challenge; null takes the first of domains.'),
    credentials: credentialsSchema
      .default([])
      .describe('Who may call (digest authentication); empty lets everybody.'),
  },
  'a group of keys',
);
