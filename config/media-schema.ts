import { z } from 'zod';
import { flag, integer, listOf, oneOf, portRange } from './field.ts';

const jitterBufferAllowed = 'a group of keys: jitterBuffer: { minMs, maxMs }, minMs not above maxMs';

const jitterBufferSchema = z
  .strictObject(
    {
      minMs: integer(0, 500, 'ms').default(20).describe('Least delay, on a quiet network.'),
      maxMs: integer(20, 2000, 'ms').default(200).describe('Most delay; packets later than that are lost.'),
    },
    jitterBufferAllowed,
  )
  .refine(({ minMs, maxMs }) => minMs <= maxMs, jitterBufferAllowed);

const srtpPolicy = oneOf(['off', 'optional', 'required']);
/** As the listeners of `sip`; null is media.srtp. */
const srtpByListenerSchema = z.strictObject(
  {
    udp: srtpPolicy.nullable().default(null).describe('media.srtp for calls over UDP.'),
    tcp: srtpPolicy.nullable().default(null).describe('The same over TCP, on the TLS port too.'),
    tls: srtpPolicy.nullable().default(null).describe('The same over TLS.'),
    webSocket: srtpPolicy.nullable().default(null).describe('The same over WebSocket.'),
  },
  'a group of keys: srtpByListener: { udp, tcp, tls, webSocket }',
);

const packetTimeAllowed = 'a multiple of 10 from 10 to 60 (ms)';
const codecsAllowed = 'a list of codecs, each once, the preferred one first: OPUS, G722, PCMU, PCMA';

export const mediaSchema = z.strictObject(
  {
    portRange: portRange()
      .default([10_000, 60_000])
      .describe('UDP ports of RTP and RTCP, first and last; a leg takes two.'),
    workers: z
      .union([z.literal('auto'), integer(1, 256)], 'auto, or a number of threads from 1 to 256')
      .default('auto')
      .describe('Media threads; auto is one per spare core.'),
    backend: oneOf(['auto', 'dgram', 'koffi', 'io_uring'])
      .default('auto')
      .describe(
        'Sockets of node:dgram, or Linux’s own with its arrival times: koffi with a system call for each packet, io_uring with one for many; auto is the last of them that works.',
      ),
    srtp: srtpPolicy
      .default('optional')
      .describe(
        'Encrypted media (SRTP, keys told in SDP): never, where the other side can, or nothing else.',
      ),
    srtpByListener: srtpByListenerSchema.prefault({}),
    nat: oneOf(['locked', 'learn'])
      .default('locked')
      .describe('Take media from the negotiated address only, or learn it from the first packets.'),
    codecs: listOf(oneOf(['OPUS', 'G722', 'PCMU', 'PCMA']), codecsAllowed)
      .min(1, codecsAllowed)
      .refine((codecs) => new Set(codecs).size === codecs.length, codecsAllowed)
      .default(['OPUS', 'G722', 'PCMU', 'PCMA'])
      .describe('What is spoken, and the order in which we offer it.'),
    codecOrder: oneOf(['caller', 'own'])
      .default('caller')
      .describe(
        'In our answers over SIP the first codec of the caller that we speak counts, or the first of media.codecs.',
      ),
    packetTimeMs: z
      .int(packetTimeAllowed)
      .min(10, packetTimeAllowed)
      .max(60, packetTimeAllowed)
      .multipleOf(10, packetTimeAllowed)
      .default(20)
      .describe('Audio in each packet we send, unless the caller asks otherwise.'),
    jitterBuffer: jitterBufferSchema.prefault({}),
    rtcpExtendedReports: oneOf(['off', 'negotiated', 'always'])
      .default('negotiated')
      .describe('RTCP XR to the caller (how we hear it): never, where its SDP asks for it, or always.'),
    silenceTimeoutSeconds: integer(1, 86_400, 'seconds')
      .default(30)
      .describe('No RTP for so long and the leg counts as silent.'),
    endOnSilence: flag().default(false).describe('Ends the call of a silent leg.'),
  },
  'a group of keys',
);
