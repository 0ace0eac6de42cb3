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
}

const SAMPLE_RATE_HZ = 8_000;
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

  #writeConfiguration(): void {
    const microphone = join(this.#folder, 'microphone.wav');
    writeWav(microphone, {
      sampleRateHz: SAMPLE_RATE_HZ,
      samples: sineTone(this.#options.toneHz, SAMPLE_RATE_HZ, SAMPLE_RATE_HZ * TONE_SECONDS),
    });
    const lines = [
      'poll_method epoll',
      'sip_listen 127.0.0.1:0',
      'net_interface 127.0.0.1',
      `audio_source aufile,${microphone}`,
      'audio_player aufile,none',
      'audio_alert aufile,none',
      `ausrc_srate ${SAMPLE_RATE_HZ}`,
      `auplay_srate ${SAMPLE_RATE_HZ}`,
      'ausrc_channels 1',
      'auplay_channels 1',
      `rtp_ports ${this.#options.rtpPorts.join('-')}`,
      'sip_verify_server no',
      `module_path ${MODULES}`,
      'module g711.so',
      'module aufile.so',
      'module sndfile.so',
      'module_tmp account.so',
      'module_app menu.so',
      `snd_path ${this.#folder}`,
    ];
    writeFileSync(join(this.#folder, 'config'), `${lines.join('\n')}\n`);
    const account = `<sip:baresip@127.0.0.1;transport=${this.#options.transport}>;regint=0;audio_codecs=PCMU`;
    writeFileSync(join(this.#folder, 'accounts'), `${account}\n`);
    writeFileSync(join(this.#folder, 'contacts'), '');
  }
}
