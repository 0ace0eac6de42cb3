import { describe, expect, it } from 'vitest';
import {
  answerFastStart,
  chooseFastStart,
  outgoingChannelOf,
  proposeFastStart,
  readFastStartAnswer,
} from '../../../signaling/h323/fast-start.ts';
import { parseH225 } from '../../../signaling/h323/h225.ts';
import { readSetup } from '../../../signaling/h323/setup.ts';
import { G722, PCMA, PCMU } from '../../support/h323-caller.ts';
import { genuineCall } from '../../support/h323-fixtures.ts';

const CALLER = { rtp: { address: '192.0.2.1', port: 4000 }, rtcp: { address: '192.0.2.1', port: 4001 } };
const CALLED = { rtp: { address: '192.0.2.2', port: 5200 }, rtcp: { address: '192.0.2.2', port: 5201 } };
const PEER = { remoteAddress: '127.0.0.1', localAddress: '127.0.0.2' };

const capabilities = (formats = [PCMU, PCMA], packetTimeMs = 20) => ({ formats, packetTimeMs });

describe('fast start', () => {
  it('takes the first codec of ours that is proposed both ways', () => {
    const proposals = proposeFastStart(capabilities([G722, PCMA, PCMU]), CALLER);
    const choice = chooseFastStart(proposals, capabilities([PCMA, PCMU]));
    expect(choice?.incoming.audio.format).toEqual(PCMA);
    expect(choice && outgoingChannelOf(choice)).toMatchObject({
      state: 'established',
      audio: { format: PCMA },
      mediaChannel: CALLER.rtp,
      mediaControlChannel: CALLER.rtcp,
    });
  });

  it('sends no longer packets than we like', () => {
    const choice = chooseFastStart(proposeFastStart(capabilities([PCMU], 60), CALLER), capabilities());
    expect(choice?.outgoing.audio.framesPerPacket).toBe(20);
  });

  it.each<[string, (proposals: Uint8Array[]) => Uint8Array[]]>([
    ['nothing', () => []],
    ['one direction only', (proposals) => proposals.slice(0, 1)],
    ['other codecs', () => proposeFastStart(capabilities([G722]), CALLER)],
    ['noise', () => [Buffer.from('ffffffff', 'hex'), new Uint8Array(0)]],
    [
      'more than anybody proposes',
      (proposals) => [...Array.from({ length: 64 }, () => new Uint8Array(1)), ...proposals],
    ],
  ])('is refused for %s', (_name, change) => {
    expect(chooseFastStart(change(proposeFastStart(capabilities(), CALLER)), capabilities())).toBeNull();
  });

  it('leaves out what it cannot read', () => {
    const proposals = [Buffer.from('ffff', 'hex'), ...proposeFastStart(capabilities(), CALLER)];
    expect(chooseFastStart(proposals, capabilities())).not.toBeNull();
  });

  it('is answered with our addresses, which the caller understands', () => {
    const choice = chooseFastStart(proposeFastStart(capabilities(), CALLER), capabilities());
    const answer = readFastStartAnswer(choice === null ? [] : answerFastStart(choice, CALLED));
    expect(answer?.outgoing).toMatchObject({
      audio: { format: PCMU },
      mediaChannel: CALLED.rtp,
      mediaControlChannel: CALLED.rtcp,
    });
    expect(answer?.incoming).toMatchObject({ audio: { format: PCMU }, mediaControlChannel: CALLED.rtcp });
  });

  it.each(['tunnel-fast', 'fast-separate', 'oo-fast-sep'])('of the genuine call %s is taken', (name) => {
    const setup = readSetup(parseH225(genuineCall(name)[0]!.octets), PEER);
    const choice = chooseFastStart(setup?.fastStart ?? [], capabilities());
    expect(choice?.outgoing.mediaChannel?.port).toBe(choice && choice.outgoing.mediaControlChannel!.port - 1);
  });

  it('of a genuine answer is understood', () => {
    const connect = genuineCall('tunnel-fast')
      .map(({ octets }) => parseH225(octets))
      .find(({ q931 }) => q931.type === 'connect');
    const body = connect?.unit?.['h323-message-body'];
    const answer = body?.choice === 'connect' ? readFastStartAnswer(body.value.fastStart ?? []) : null;
    expect(answer).toMatchObject({
      incoming: { audio: { format: PCMA } },
      outgoing: { number: 101, mediaChannel: { address: '127.0.0.2', port: 5200 } },
    });
  });
});
