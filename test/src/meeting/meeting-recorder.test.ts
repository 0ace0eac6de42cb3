import { expect, it } from 'vitest';
import { UNAVAILABLE_RECORDER } from '../../../src/meeting/meeting-recorder.ts';

it('refuses to record where nothing can, with a sentence, and lets itself be stopped', async () => {
  const request = { meetingId: '6064724824', title: 'Stand-up', startedBy: 'Mary Major', nowMs: 5 };
  const start = await UNAVAILABLE_RECORDER.start(request, () => {});
  expect(start).toMatchObject({
    kind: 'refused',
    reason: 'unavailable',
    detail: expect.stringMatching(/\./),
  });
  await UNAVAILABLE_RECORDER.stop('6064724824', 6);
  expect(UNAVAILABLE_RECORDER.segments('6064724824')).toEqual([]);
});
