import { describe, expect, it } from 'vitest';
import type { MeetingRecorder, RecordingStart } from '../../../src/meeting/meeting-recorder.ts';
import { RecordingDesk } from '../../../src/meeting/recording-desk.ts';
import { MeetingRig, OPEN } from '../../support/meeting-room.ts';

/** A recorder that answers when told. */
class HeldRecorder implements MeetingRecorder {
  readonly log: string[] = [];
  answer: (start: RecordingStart) => void = () => {};
  break: (detail: string) => void = () => {};

  start(_request: unknown, onBroken: (detail: string) => void): Promise<RecordingStart> {
    this.log.push('start');
    this.break = onBroken;
    return new Promise((resolve) => {
      this.answer = resolve;
    });
  }
  async stop(): Promise<void> {
    this.log.push('stop');
  }
  segments() {
    return [];
  }
}

function deskRig() {
  const recorder = new HeldRecorder();
  const rig = new MeetingRig(OPEN);
  const starter = rig.seat('a');
  rig.seat('b');
  rig.forget();
  return { recorder, rig, starter, desk: new RecordingDesk(recorder) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('RecordingDesk', () => {
  it('tells everybody once the file is open, and when it ends', async () => {
    const { recorder, rig, starter, desk } = deskRig();
    expect([desk.toggle(rig.meeting, starter, 1), desk.toggle(rig.meeting, starter, 2)]).toEqual([
      'recording-starting',
      'recording-starting',
    ]);
    expect([recorder.log, rig.heard('b')]).toEqual([['start'], []]);
    recorder.answer({ kind: 'started' });
    await settled();
    expect([rig.meeting.recording, rig.heard('b')]).toEqual(['on', ['said recording-started']]);
    expect(desk.toggle(rig.meeting, starter, 3)).toBe('recording-stopped');
    expect([recorder.log, rig.heard('b')]).toEqual([['start', 'stop'], ['said recording-stopped']]);
  });

  it.each(['unavailable', 'failed'] as const)('tells the one who asked that it is %s', async (reason) => {
    const { recorder, rig, starter, desk } = deskRig();
    desk.toggle(rig.meeting, starter, 1);
    recorder.answer({ kind: 'refused', reason, detail: 'x' });
    await settled();
    expect([rig.heard('a'), rig.heard('b')]).toEqual([[`said recording-${reason}`], []]);
    expect(rig.meeting.recording).toBe('off');
  });

  it('ends one that was still beginning when the meeting was over', async () => {
    const { recorder, rig, starter, desk } = deskRig();
    desk.toggle(rig.meeting, starter, 1);
    await desk.stop(rig.meeting, 2);
    recorder.answer({ kind: 'started' });
    await settled();
    expect([recorder.log, rig.meeting.recording]).toEqual([['start', 'stop'], 'off']);
  });

  it('tells everybody that it broke, and the meeting goes on', async () => {
    const { recorder, rig, starter, desk } = deskRig();
    desk.toggle(rig.meeting, starter, 1);
    recorder.answer({ kind: 'started' });
    await settled();
    rig.forget();
    recorder.break('the disk is full');
    expect([rig.heard('b'), rig.meeting.recording, rig.meeting.state]).toEqual([
      ['said recording-failed'],
      'off',
      'started',
    ]);
  });
});
