import { describe, expect, it } from 'vitest';
import { type Speaker, selectSpeakers } from '../../../media/mix/speaker-selection.ts';

interface NamedSpeaker extends Speaker {
  readonly name: string;
  loudness: number;
  isHeard: boolean;
}

function speaker(name: string, loudness: number): NamedSpeaker {
  return { name, loudness, isHeard: true, level: 0, isSpeaking: false };
}

describe('speaker selection', () => {
  it('takes the three loudest', () => {
    const all = [
      speaker('a', 100),
      speaker('b', 1000),
      speaker('c', 500),
      speaker('d', 4000),
      speaker('e', 90),
    ];
    const speaking: NamedSpeaker[] = [];
    selectSpeakers(all, speaking);
    expect(speaking.map(({ name }) => name).sort()).toEqual(['b', 'c', 'd']);
    expect(all.filter(({ isSpeaking }) => isSpeaking)).toHaveLength(3);
  });

  it('does not flap: a little louder is not enough, clearly louder is', () => {
    const all = [speaker('a', 1000), speaker('b', 1000), speaker('c', 1000), speaker('d', 0)];
    const speaking: NamedSpeaker[] = [];
    selectSpeakers(all, speaking);
    all[3]!.loudness = 1900;
    selectSpeakers(all, speaking);
    expect(all[3]!.isSpeaking).toBe(false);
    all[3]!.loudness = 2000;
    selectSpeakers(all, speaking);
    expect(all[3]!.isSpeaking).toBe(true);
    expect(speaking).toHaveLength(3);
  });

  it('keeps a speaker through the pause between two words, and lets go of one who is done', () => {
    const all = [speaker('a', 4000), speaker('b', 500), speaker('c', 500), speaker('d', 500)];
    const speaking: NamedSpeaker[] = [];
    selectSpeakers(all, speaking);
    all[0]!.loudness = 0;
    for (let frame = 0; frame < 10; frame++) selectSpeakers(all, speaking);
    expect(all[0]!.isSpeaking).toBe(true);
    for (let frame = 0; frame < 60; frame++) selectSpeakers(all, speaking);
    expect(all.map(({ isSpeaking }) => isSpeaking)).toEqual([false, true, true, true]);
  });

  it('drops who is muted at once, and who says nothing never gets in', () => {
    const all = [speaker('a', 4000), speaker('b', 0)];
    const speaking: NamedSpeaker[] = [];
    selectSpeakers(all, speaking);
    all[0]!.isHeard = false;
    selectSpeakers(all, speaking);
    expect(speaking).toEqual([]);
    expect(all.map(({ isSpeaking }) => isSpeaking)).toEqual([false, false]);
  });
});
