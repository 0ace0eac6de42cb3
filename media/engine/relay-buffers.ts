/** Where relayed packets are made: by turns, since they come in bursts and the socket may still hold earlier ones. */

const BUFFERS = 16;
/** Free octets behind each packet: what SRTP adds (its `SRTP_OVERHEAD_MAXIMUM`), rounded up. */
const PACKET_RESERVE = 24;

interface RelayBuffer {
  readonly view: DataView;
  /** Of the length that was asked for. */
  packet: Uint8Array;
}

/** Packets of one stream are all of one length, mostly: then nothing is allocated for them. */
export class RelayBuffers {
  readonly #buffers: RelayBuffer[] = [];
  #turn = 0;

  take(length: number): RelayBuffer {
    this.#turn = (this.#turn + 1) % BUFFERS;
    const known = this.#buffers[this.#turn];
    if (known !== undefined && known.view.byteLength >= length + PACKET_RESERVE) {
      if (known.packet.length !== length) known.packet = new Uint8Array(known.view.buffer, 0, length);
      return known;
    }
    const memory = new ArrayBuffer(length + PACKET_RESERVE);
    const made = { view: new DataView(memory), packet: new Uint8Array(memory, 0, length) };
    this.#buffers[this.#turn] = made;
    return made;
  }
}
