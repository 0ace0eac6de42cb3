import { once } from 'node:events';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { sineTone } from './tone.ts';
import { type PcmSound, writeWav } from './wav-file.ts';

const CHROMIUM = '/usr/bin/chromium';
const SIP_JS = join(dirname(fileURLToPath(import.meta.resolve('sip.js'))));
const SAMPLE_RATE_HZ = 48_000;
const PAGE = `<!doctype html><script type="module">
import * as SIP from '/sip.js/index.js';
window.SIP = SIP;
window.isReady = true;
</script>`;

export interface BrowserHabits {
  /** It pauses for two seconds after each two of its tone, and sends next to nothing meanwhile (Opus with DTX). */
  readonly isPausing?: boolean;
}

const MICROPHONE_SECONDS = 12;
const PAUSE_SECONDS = 2;

/** sip.js in a headless Chromium: its microphone is a tone, and what it hears is recorded from the track it gets. */
export class BrowserCaller {
  readonly #folder = mkdtempSync(join(tmpdir(), 'carillon-browser-'));
  readonly #toneHz: number;
  readonly #isPausing: boolean;
  #server: Server | null = null;
  #browser: Browser | null = null;
  #page: Page | null = null;

  constructor(toneHz: number, { isPausing = false }: BrowserHabits = {}) {
    this.#toneHz = toneHz;
    this.#isPausing = isPausing;
  }

  /** Dials over ws:// and resolves once the call is established. */
  async call(webSocketPort: number, user: string): Promise<void> {
    const page = await this.#openPage();
    await page.evaluate(callFromPage, webSocketPort, user, this.#isPausing);
  }

  /** Presses keys, by RFC 4733 as browsers do. */
  async press(keys: string): Promise<void> {
    await this.#livePage.evaluate(pressInPage, keys);
  }

  /** Records what is heard for a while. */
  async hear(durationMs: number): Promise<PcmSound> {
    const { sampleRateHz, samples } = await this.#livePage.evaluate(recordInPage, durationMs);
    return { sampleRateHz, samples: Int16Array.from(samples) };
  }

  async hangUp(): Promise<void> {
    await this.#livePage.evaluate(() => (globalThis as unknown as PageState).call.bye());
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    this.#server?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #livePage(): Page {
    if (this.#page === null) throw new Error('the browser has not called');
    return this.#page;
  }

  async #openPage(): Promise<Page> {
    const microphone = join(this.#folder, 'microphone.wav');
    const samples = sineTone(this.#toneHz, SAMPLE_RATE_HZ, SAMPLE_RATE_HZ * MICROPHONE_SECONDS);
    for (
      let second = PAUSE_SECONDS;
      this.#isPausing && second < MICROPHONE_SECONDS;
      second += 2 * PAUSE_SECONDS
    )
      samples.fill(0, second * SAMPLE_RATE_HZ, (second + PAUSE_SECONDS) * SAMPLE_RATE_HZ);
    writeWav(microphone, { sampleRateHz: SAMPLE_RATE_HZ, samples });
    this.#server = createServer((request, response) => serve(request.url ?? '/', response)).listen(
      0,
      '127.0.0.1',
    );
    await once(this.#server, 'listening');
    const { port } = this.#server.address() as AddressInfo;
    this.#browser = await puppeteer.launch({
      executablePath: CHROMIUM,
      userDataDir: join(this.#folder, 'profile'),
      args: [
        '--headless',
        '--no-sandbox',
        '--use-fake-device-for-media-stream',
        '--use-fake-ui-for-media-stream',
        `--use-file-for-fake-audio-capture=${microphone}`,
        '--autoplay-policy=no-user-gesture-required',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-quic',
        '--no-first-run',
        '--disable-features=WebRtcHideLocalIpsWithMdns',
        '--allow-loopback-in-peer-connection',
      ],
    });
    const page = await this.#browser.newPage();
    page.on('console', (message) => {
      if (process.env['CARILLON_TEST_VERBOSE']) console.log(message.text());
    });
    await page.goto(`http://localhost:${port}/`);
    await page.waitForFunction('window.isReady === true');
    this.#page = page;
    return page;
  }
}

/** The page, and the modules of sip.js, which browsers load as they are. */
function serve(url: string, response: ServerResponse): void {
  if (!url.startsWith('/sip.js/')) {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end(PAGE);
    return;
  }
  const path = join(SIP_JS, normalize(url.slice('/sip.js'.length)));
  const file = extname(path) === '' ? `${path}.js` : path;
  response.setHeader('Content-Type', 'text/javascript');
  createReadStream(file)
    .on('error', () => response.writeHead(404).end())
    .pipe(response);
}

/** What the page keeps between two evaluations. */
interface PageState {
  SIP: typeof import('sip.js');
  call: { bye(): Promise<unknown> };
  connection: {
    getReceivers(): { track: unknown }[];
    getSenders(): { dtmf: PageKeys }[];
  };
}

interface PageKeys {
  readonly canInsertDTMF: boolean;
  insertDTMF(keys: string, durationMs: number, gapMs: number): void;
}

/** What of a browser's audio the recording needs; the types of Node have no browser. */
interface PageAudio {
  MediaStream: new (tracks: unknown[]) => unknown;
  Audio: new () => { srcObject: unknown; muted: boolean; play(): Promise<void> };
  AudioContext: new () => {
    readonly sampleRate: number;
    readonly destination: unknown;
    resume(): Promise<void>;
    createMediaStreamSource(stream: unknown): { connect(to: unknown): void; disconnect(): void };
    createScriptProcessor(
      frames: number,
      inputs: number,
      outputs: number,
    ): { onaudioprocess: ((event: AudioBlock) => void) | null; connect(to: unknown): void };
  };
}

interface AudioBlock {
  readonly inputBuffer: { getChannelData(channel: number): Float32Array };
}

/** Runs in the page. */
async function callFromPage(webSocketPort: number, user: string, isPausing: boolean): Promise<void> {
  const page = globalThis as unknown as PageState;
  const { Inviter, SessionState, UserAgent } = page.SIP;
  const uri = (text: string) => UserAgent.makeURI(text)!;
  const agent = new UserAgent({
    uri: uri('sip:browser@127.0.0.1'),
    transportOptions: { server: `ws://127.0.0.1:${webSocketPort}/sip` },
    logLevel: 'debug',
    sessionDescriptionHandlerFactoryOptions: {
      iceGatheringTimeout: 1000,
      peerConnectionConfiguration: { iceServers: [] },
    },
  });
  await agent.start();
  // A browser takes a steady tone for noise, and takes it away.
  const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  // A browser pauses where the other side says that it likes it (RFC 7587 §6.1), which we do not.
  const wantPauses = (description: { readonly type: string; readonly sdp?: string }) => {
    const sdp = description.sdp?.replace('useinbandfec=1', 'useinbandfec=1;usedtx=1');
    return Promise.resolve(description.type === 'answer' ? { ...description, sdp } : description);
  };
  const inviter = new Inviter(agent, uri(`sip:${user}@127.0.0.1:${webSocketPort}`), {
    sessionDescriptionHandlerModifiers: isPausing ? [wantPauses as never] : [],
    sessionDescriptionHandlerOptions: { constraints: { audio: audio as never, video: false } },
  });
  const established = new Promise<void>((resolve, reject) => {
    inviter.stateChange.addListener((state) => {
      if (state === SessionState.Established) resolve();
      if (state === SessionState.Terminated) reject(new Error('the call was refused'));
    });
  });
  await inviter.invite();
  await established;
  page.call = inviter;
  page.connection = (
    inviter.sessionDescriptionHandler as unknown as { peerConnection: PageState['connection'] }
  ).peerConnection;
}

/** Runs in the page; a browser has no keys before its handshake is done. */
async function pressInPage(keys: string): Promise<void> {
  const { dtmf } = (globalThis as unknown as PageState).connection.getSenders()[0]!;
  while (!dtmf.canInsertDTMF) await new Promise((resolve) => setTimeout(resolve, 50));
  dtmf.insertDTMF(keys, 100, 100);
}

/** Runs in the page: the samples of the remote track, as 16-bit numbers. */
async function recordInPage(durationMs: number): Promise<{ sampleRateHz: number; samples: number[] }> {
  const page = globalThis as unknown as PageState & PageAudio;
  const stream = new page.MediaStream([page.connection.getReceivers()[0]!.track]);
  // A remote track plays only where something else plays it too.
  const player = new page.Audio();
  player.srcObject = stream;
  player.muted = true;
  await player.play();
  const context = new page.AudioContext();
  await context.resume();
  const source = context.createMediaStreamSource(stream);
  const tap = context.createScriptProcessor(4096, 1, 1);
  const samples: number[] = [];
  tap.onaudioprocess = (event) => {
    for (const sample of event.inputBuffer.getChannelData(0)) samples.push(Math.round(sample * 32_767));
  };
  source.connect(tap);
  tap.connect(context.destination);
  await new Promise((resolve) => setTimeout(resolve, durationMs));
  source.disconnect();
  return { sampleRateHz: context.sampleRate, samples };
}
