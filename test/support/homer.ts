import { KamailioPeer } from './kamailio.ts';

const CONFIGURATION = new URL('./homer.cfg', import.meta.url);
const LINE = /HEP (version=.*) payload=([0-9a-f]*)/g;

/** A HEP packet as Kamailio's sipcapture module read it; what was not in it is empty. */
export interface CapturedPacket {
  readonly fields: Readonly<Record<string, string>>;
  readonly payload: string;
}

/** Kamailio as the HEP collector it is in Homer 5. */
export class HomerCollector {
  readonly #kamailio: KamailioPeer;

  private constructor(kamailio: KamailioPeer) {
    this.#kamailio = kamailio;
  }

  /** At `port`, or any free one. */
  static async start(port?: number): Promise<HomerCollector> {
    return new HomerCollector(await KamailioPeer.start(CONFIGURATION, port));
  }

  get port(): number {
    return this.#kamailio.port;
  }

  get packets(): CapturedPacket[] {
    return this.#kamailio.lines(LINE);
  }

  stop(): Promise<void> {
    return this.#kamailio.stop();
  }
}
