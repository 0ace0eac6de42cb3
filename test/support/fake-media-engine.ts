import { basename } from 'node:path';
import type {
  MediaEngine,
  MediaEngineStatistics,
  MediaLeg,
  MediaLegListener,
  MediaSession,
  OpenLegRequest,
} from '../../media/engine/media-leg.ts';
import { MediaPortsExhausted } from '../../media/engine/media-leg.ts';
import type { MediaRecording } from '../../media/engine/recording-link.ts';
import type { RecordingRequest } from '../../media/record/recording-message.ts';
import { createLegReport } from './leg-report.ts';

/** Ports without sockets: counts what is open, and lets a test hold an `openLeg` back or play the worker. */
export class FakeMediaEngine implements MediaEngine {
  readonly log: string[] = [];
  readonly listeners = new Map<string, MediaLegListener>();
  portsFree = 100;
  /** What `record` fails with. */
  recordingFailure: string | null = null;
  /** What `openLeg` waits for. */
  gate: Promise<void> = Promise.resolve();

  async start(): Promise<void> {}
  async stop(): Promise<void> {}

  async openLeg(request: OpenLegRequest, listener: MediaLegListener): Promise<MediaLeg> {
    await this.gate;
    if (this.portsFree === 0) throw new MediaPortsExhausted('no port pair of 10000–10199 is free');
    this.portsFree -= 1;
    this.listeners.set(request.legId, listener);
    const from = request.portRangeName === undefined ? '' : ` from ${request.portRangeName}`;
    this.log.push(`open ${request.legId} in ${request.mixId}${from}`);
    const { legId } = request;
    return {
      legId,
      rtpPort: 10_000,
      rtcpPort: 10_001,
      update: (session: MediaSession) => this.log.push(`update ${legId} ${session.direction}`),
      join: () => this.log.push(`join ${legId}`),
      leave: () => this.log.push(`leave ${legId}`),
      moveTo: async (mixId: string) => {
        this.log.push(`move ${legId} to ${mixId}`);
      },
      echo: () => this.log.push(`echo ${legId}`),
      relayTo: (toLegId: string | null) => this.log.push(`relay ${legId} to ${toLegId}`),
      carryDatagrams: (remote) => this.log.push(`datagrams ${legId} ${remote?.port ?? 'none'}`),
      setMuted: (isMuted: boolean) => this.log.push(`mute ${legId} ${isMuted}`),
      play: (clips: readonly string[]) => this.log.push(`play ${legId} ${clips.join(' ')}`),
      stopPlaying: () => this.log.push(`stop playing ${legId}`),
      press: (digit: string) => this.log.push(`press ${legId} ${digit}`),
      playBehind: (clip: string | null) => this.log.push(`play behind ${legId} ${clip}`),
      close: async () => {
        this.portsFree += 1;
        this.listeners.delete(legId);
        this.log.push(`close ${legId}`);
        return createLegReport({ legId, isFinal: true });
      },
    };
  }

  async record({ source, file }: RecordingRequest): Promise<MediaRecording> {
    const what = source.kind === 'mix' ? source.mixId : source.legId;
    if (this.recordingFailure !== null) throw new Error(this.recordingFailure);
    this.log.push(`record ${what} to ${basename(file)}`);
    return {
      stop: async () => {
        this.log.push(`stop recording ${what}`);
        return { durationMs: 1000, failure: null };
      },
    };
  }

  statistics(): MediaEngineStatistics {
    return {
      workers: 1,
      backend: 'dgram',
      legs: this.listeners.size,
      openSockets: this.listeners.size * 2,
      portsFree: this.portsFree,
    };
  }
}
