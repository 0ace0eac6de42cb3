import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunningProcess } from './running-process.ts';
import { sineTone } from './tone.ts';
import { type PcmSound, readWav, writeWav } from './wav-file.ts';

export interface BaresipOptions {
  readonly transport: 'udp' | 'tcp' | 'tls';
  /** The tone it sends as its microphone. */
  readonly toneHz: number;
  /** Its RTP ports; give each baresip of a test its own. */
  readonly rtpPorts: readonly [number, number];
  /** What it offers, alone; PCMU unless told. */
  readonly codec?: keyof typeof CODECS;
  /** How it has its media encrypted; not at all unless told. */
  readonly encryption?: 'srtp' | 'srtp-mand';
}

/** Its module of each codec, and the rate at which it takes and gives the sound. */
const CODECS = {
  PCMU: { module: 'g711', account: 'PCMU', sampleRateHz: 8_000 },
  G722: { module: 'g722', account: 'G722', sampleRateHz: 16_000 },
  opus: { module: 'opus', account: 'opus/48000/2', sampleRateHz: 48_000 },
} as const;
const TONE_SECONDS = 30;
const MODULES = '/usr/lib/baresip/modules';

/**
 * baresip on loopback: `net_interface` takes an address as well as a name, and with 127.0.0.1 it needs no other
 * network. Its microphone is a WAV file, and its sndfile module writes down all it hears.
 */
export class BaresipCaller {
  readonly #folder = mkdtempSync(join(tmpdir(), 'carillon-baresip-'));
  readonly #options: BaresipOptions;
  #process: RunningProcess | null = null;

  constructor(options: BaresipOptions) {
    this.#options = options;
  }

  /** Dials, and resolves when baresip says that the call is established. */
  async call(uri: string, deadlineMs = 20_000): Promise<void> {
    this.#writeConfiguration();
    this.#process = new RunningProcess('baresip', ['-f', this.#folder, '-e', `/dial ${uri}`]);
    await this.#process.waitForOutput(/Call established/, deadlineMs);
  }

  /** Takes the calls that come to `port`, by UDP and TCP; resolves when it is ready. */
  async answer(port: number, deadlineMs = 20_000): Promise<void> {
    this.#writeConfiguration(port, ['answermode=auto']);
    this.#process = new RunningProcess('baresip', ['-f', this.#folder]);
    await this.#process.waitForOutput(/baresip is ready/, deadlineMs);
  }

  get output(): string {
    return `${this.#process?.stdout ?? ''}${this.#process?.stderr ?? ''}`;
  }

  /** Hangs up (SIGINT makes baresip send BYE), and gives what it heard. */
  async hangUp(): Promise<PcmSound> {
    await this.#process?.stop('SIGINT');
    return this.#recording('dec');
  }

  /** Ends it whatever its state, and removes its folder. */
  async close(): Promise<void> {
    if (this.#process?.finished === null) await this.#process.stop('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #recording(direction: 'enc' | 'dec'): PcmSound {
    const name = readdirSync(this.#folder).find((file) => file.endsWith(`-${direction}.wav`));
    if (name === undefined) throw new Error(`baresip recorded nothing:\n${this.output}`);
    return readWav(join(this.#folder, name));
  }

  #writeConfiguration(port = 0, accountParameters: readonly string[] = []): void {
    const { toneHz, rtpPorts, transport, codec = 'PCMU', encryption } = this.#options;
    const { module, account, sampleRateHz } = CODECS[codec];
    const microphone = join(this.#folder, 'microphone.wav');
    writeWav(microphone, {
      sampleRateHz,
      samples: sineTone(toneHz, sampleRateHz, sampleRateHz * TONE_SECONDS),
    });
    const lines = [
      'poll_method epoll',
      `sip_listen 127.0.0.1:${port}`,
      'net_interface 127.0.0.1',
      `audio_source aufile,${microphone}`,
      'audio_player aufile,none',
      'audio_alert aufile,none',
      `ausrc_srate ${sampleRateHz}`,
      `auplay_srate ${sampleRateHz}`,
      'ausrc_channels 1',
      'auplay_channels 1',
      `rtp_ports ${rtpPorts.join('-')}`,
      'sip_verify_server no',
      `module_path ${MODULES}`,
      `module ${module}.so`,
      ...(encryption === undefined ? [] : ['module srtp.so']),
      'module aufile.so',
      'module sndfile.so',
      'module_tmp account.so',
      'module_app menu.so',
      `snd_path ${this.#folder}`,
    ];
    writeFileSync(join(this.#folder, 'config'), `${lines.join('\n')}\n`);
    const parameters = [
      'regint=0',
      `audio_codecs=${account}`,
      ...(encryption === undefined ? [] : [`mediaenc=${encryption}`]),
      ...accountParameters,
    ];
    const line = `<sip:baresip@127.0.0.1;transport=${transport}>;${parameters.join(';')}`;
    writeFileSync(join(this.#folder, 'accounts'), `${line}\n`);
    writeFileSync(join(this.#folder, 'contacts'), '');
  }
}
