import { z } from 'zod';
import { flag, host, integer, listenerPort, listOf, portRange, text } from './field.ts';

const GROUP = 'a group of keys';

const gatekeeperSchema = z.strictObject(
  {
    host: host().describe('Where the gatekeeper is.'),
    port: integer(1, 65_535).default(1719).describe('Its UDP port for RAS (H.225.0).'),
    identifier: text('a name of at most 128 characters', (value) => /^.{1,128}$/su.test(value))
      .nullable()
      .default(null)
      .describe('Which of several gatekeepers there.'),
    aliases: listOf(
      text('an alias of at most 256 characters', (value) => /^.{1,256}$/su.test(value)),
      'a list of aliases',
    )
      .default([])
      .describe('What rooms may dial beside the IDs of meetings, such as the name of the service.'),
    timeToLiveSeconds: integer(10, 86_400, 'seconds')
      .default(120)
      .describe('How long it keeps us without hearing from us.'),
  },
  'a group of keys with a host: { host: 192.0.2.1 }, or null',
);

export const h323Schema = z.strictObject(
  {
    enabled: flag().default(true).describe('Answers H.323 calls.'),
    port: listenerPort().default(1720).describe('TCP port of call signaling (H.225.0).'),
    portRange: portRange().default([5100, 6200]).describe('TCP ports of H.245 and UDP ports of media.'),
    gatekeeper: gatekeeperSchema
      .nullable()
      .default(null)
      .describe('Where we register, so that rooms behind it can dial a meeting by its ID alone.'),
  },
  GROUP,
);
