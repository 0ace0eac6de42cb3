import { describe, expect, it } from 'vitest';
import { CallVoice } from '../../../src/meeting/call-voice.ts';
import { FakeMediaEngine } from '../../support/fake-media-engine.ts';

async function speaking() {
  const engine = new FakeMediaEngine();
  const listener = {
    onReport() {},
    onDigit() {},
    onSilence() {},
    onPlayed() {},
    onRefusedSource() {},
    onLost() {},
  };
  const request = { legId: 'a', mixId: 'm', bindAddress: '::1', canonicalName: 'a', openedAtMs: 0 };
  const voice = new CallVoice('de');
  voice.attach(await engine.openLeg(request, listener));
  engine.log.length = 0;
  return { voice, log: engine.log };
}

describe('CallVoice', () => {
  it('speaks its language, and is silenced by an interruption', async () => {
    const { voice, log } = await speaking();
    voice.say('welcome', 'enter-meeting-id');
    voice.interrupt();
    voice.interrupt();
    expect(log).toEqual(['play a de/welcome de/enter-meeting-id', 'stop playing a']);
  });

  it('says again that somebody is recorded, when that was interrupted', async () => {
    const { voice, log } = await speaking();
    voice.say('recording-started', 'joined-muted');
    voice.interrupt();
    expect(log.slice(1)).toEqual(['stop playing a', 'play a de/recording-started']);
    voice.played();
    voice.interrupt();
    expect(log).toHaveLength(3);
  });

  it('says last words in place of others, and nothing silences those', async () => {
    const { voice, log } = await speaking();
    voice.say('joined-muted');
    voice.sayLast('meeting-ended');
    voice.interrupt();
    expect(log.slice(1)).toEqual(['stop playing a', 'play a de/meeting-ended']);
  });

  it('changes what is heard behind it once', async () => {
    const { voice, log } = await speaking();
    for (const hearing of ['hold-music', 'hold-music', 'meeting', 'nothing'] as const) voice.hear(hearing);
    expect(log).toEqual(['play behind a hold-music', 'play behind a null', 'join a', 'leave a']);
  });

  it('is silent where there is nobody any more', async () => {
    const { voice, log } = await speaking();
    voice.attach(null);
    voice.say('muted');
    voice.sound('join-tone');
    voice.hear('meeting');
    expect(log).toEqual([]);
  });
});
