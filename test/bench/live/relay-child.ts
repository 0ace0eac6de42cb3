/**
 * Trunk calls in the real engine, one worker: the packets of each side go to the other one. Parameters: calls, the
 * UDP port that all of them talk to. Prints the RTP ports of all sides as a line of JSON, and lives until its
 * input ends.
 */
import { createMediaEngine } from '../../../media/engine/media-engine.ts';
import type { MediaLeg } from '../../../media/engine/media-leg.ts';
import { openLeg, session } from '../media-leg.ts';

const [calls = 0, remotePort = 0] = process.argv.slice(2).map(Number);
const engine = createMediaEngine({
  portRange: [20_000, 49_999],
  workers: 1,
  backend: 'auto',
});
await engine.start();
const sides = await Promise.all(
  Array.from({ length: calls }, async (_, call) => {
    const [caller, callee] = await Promise.all([openSide(`${call}-caller`), openSide(`${call}-callee`)]);
    caller.relayTo(callee.legId);
    callee.relayTo(caller.legId);
    return [caller.rtpPort, callee.rtpPort] as const;
  }),
);
process.stdout.write(`${JSON.stringify(sides.flat())}\n`);
process.stdin.resume();
process.stdin.once('end', () => process.exit(0));

/** With events agreed on, as telephone systems do: then nobody listens for tones. */
async function openSide(legId: string): Promise<MediaLeg> {
  const telephoneEvent = { ...session(0).format, payloadType: 101, encodingName: 'telephone-event' };
  const leg = await openLeg(engine, legId, { ...session(remotePort), telephoneEvent });
  // Nobody mixes them.
  leg.leave();
  return leg;
}
