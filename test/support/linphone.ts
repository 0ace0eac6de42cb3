import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunningProcess } from './running-process.ts';
import { sineTone } from './tone.ts';
import { type PcmSound, readWav, writeWav } from './wav-file.ts';

export interface LinphoneOptions {
  readonly toneHz: number;
  readonly rtpPorts: readonly [number, number];
  /** What it offers, alone; PCMU unless told. */
  readonly codec?: keyof typeof CODECS;
  /** Its media must be encrypted with keys told in SDP. */
  readonly isEncrypted?: boolean;
  /** What it offers for that, alone; its own list unless told. */
  readonly srtpSuite?: string;
  /** It asks for RTCP XR and sends its own (RFC 3611). */
  readonly hasExtendedReports?: boolean;
  /** Where it publishes how the call was, a SIP URI (RFC 6035). */
  readonly qualityCollector?: string;
}

/** As its configuration names them; it offers the enabled ones. */
const CODECS = {
  PCMU: { mime: 'PCMU', rate: 8_000, channels: 1 },
  PCMA: { mime: 'PCMA', rate: 8_000, channels: 1 },
  G722: { mime: 'G722', rate: 8_000, channels: 1 },
  opus: { mime: 'opus', rate: 48_000, channels: 2 },
} as const;

const SAMPLE_RATE_HZ = 8_000;
const TONE_SECONDS = 30;

/**
 * linphonec on loopback, driven by its console commands. `[rtp] bind_address` is what makes it offer 127.0.0.1
 * in its SDP; without it the offer names the address of the default route.
 */
export class LinphoneCaller {
  readonly #folder = mkdtempSync(join(tmpdir(), 'carillon-linphone-'));
  readonly #heard = join(this.#folder, 'heard.wav');
  readonly #microphone = join(this.#folder, 'microphone.wav');
  readonly #process: RunningProcess;

  constructor(options: LinphoneOptions) {
    mkdirSync(join(this.#folder, '.local/share/linphone'), { recursive: true });
    const configuration = join(this.#folder, 'linphonerc');
    writeFileSync(configuration, linphoneConfiguration(options));
    writeWav(this.#microphone, {
      sampleRateHz: SAMPLE_RATE_HZ,
      samples: sineTone(
        options.toneHz,
        SAMPLE_RATE_HZ,
        SAMPLE_RATE_HZ * TONE_SECONDS,
        // It sends G.722 half as loud as what it is given.
        options.codec === 'G722' ? 0.5 : 0.25,
      ),
    });
    this.#process = new RunningProcess('linphonec', ['-c', configuration], {
      env: { ...process.env, HOME: this.#folder },
      keepInputOpen: true,
    });
  }

  get output(): string {
    return this.#process.stdout;
  }

  /** Dials (`sip:…;transport=tcp` chooses the transport) and resolves once the media streams run. */
  async call(uri: string, deadlineMs = 20_000): Promise<void> {
    await this.#process.waitForOutput(/linphonec>/, deadlineMs);
    this.#process.write('soundcard use files\nipv6 disable\n');
    this.#process.write(`record ${this.#heard}\ncall ${uri}\n`);
    await this.#process.waitForOutput(/Media streams established/, deadlineMs);
    this.#process.write(`play ${this.#microphone}\n`);
  }

  async hangUp(deadlineMs = 10_000): Promise<PcmSound> {
    this.#process.write('terminate\n');
    await this.#process.waitForOutput(/Call 1 with .* ended/, deadlineMs);
    this.#process.write('quit\n');
    await this.#process.stop('SIGTERM');
    return readWav(this.#heard);
  }

  async close(): Promise<void> {
    if (this.#process.finished === null) await this.#process.stop('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function linphoneConfiguration(options: LinphoneOptions): string {
  const {
    hasExtendedReports = false,
    qualityCollector,
    codec = 'PCMU',
    isEncrypted = false,
    srtpSuite,
  } = options;
  const extended = hasExtendedReports ? 1 : 0;
  return `[sip]
sip_port=-1
sip_tcp_port=-1
sip_tls_port=-1
bind_address=127.0.0.1
contact=sip:linphone@127.0.0.1
guess_hostname=0
media_encryption=${isEncrypted ? 'srtp' : 'none'}
media_encryption_mandatory=${isEncrypted ? 1 : 0}
${srtpSuite === undefined ? '' : `srtp_crypto_suites=${srtpSuite}\n`}verify_server_certs=0
verify_server_cn=0
${qualityCollector === undefined ? '' : publishing(qualityCollector)}[rtp]
audio_rtp_port=${options.rtpPorts.join('-')}
bind_address=127.0.0.1
rtcp_xr_enabled=${extended}
rtcp_xr_rcvr_rtt_mode=${hasExtendedReports ? 'all' : 'none'}
rtcp_xr_stat_summary_enabled=${extended}
rtcp_xr_voip_metrics_enabled=${extended}
[sound]
echocancellation=0
[video]
automatically_initiate=0
${codecSections(codec)}`;
}

function codecSections(wanted: keyof typeof CODECS): string {
  return Object.entries(CODECS)
    .map(([name, { mime, rate, channels }], index) => {
      const enabled = name === wanted ? 1 : 0;
      return `[audio_codec_${index}]\nmime=${mime}\nrate=${rate}\nchannels=${channels}\nenabled=${enabled}\n`;
    })
    .join('');
}

function publishing(collector: string): string {
  return `[proxy_0]
reg_proxy=<sip:127.0.0.1>
reg_identity=sip:linphone@127.0.0.1
reg_sendregister=0
publish=0
quality_reporting_enabled=1
quality_reporting_collector=${collector}
quality_reporting_interval=0
`;
}
