import type { LegMedia } from './leg-media.ts';
import type { WorkerCommand } from './worker-message.ts';

/** What is asked of a leg that concerns no other, nor its place in a mix. */
type LegCommand = Extract<
  WorkerCommand,
  { type: 'mute' | 'echo' | 'play' | 'stop-playing' | 'play-behind' | 'press' | 'carry-datagrams' }
>;

export function controlMedia(media: LegMedia, command: LegCommand): void {
  const { playback } = media.hearing;
  switch (command.type) {
    case 'mute':
      media.isMuted = command.isMuted;
      break;
    case 'echo':
      media.hearing.isEcho = true;
      break;
    case 'play':
      playback.play(command.clips, command.isDucking);
      break;
    case 'stop-playing':
      playback.stop();
      break;
    case 'play-behind':
      playback.setBackground(command.clip);
      break;
    case 'carry-datagrams':
      media.relay.carryDatagrams(command.remote);
      break;
    case 'press':
      media.keys.press(command.digit, command.durationMs);
  }
}
