/**
 * What counting a packet costs: finding its stream by address, ports and SSRC, then sequence, loss and jitter.
 * Packets come as numbers here, so sockets, files and header parsing are not in the figure.
 */
import { ReceiveStreams } from '../../media/receive/receive-stream.ts';
import { AUDIO } from '../../media/receive/reception.ts';
import { StreamTable } from '../../media/receive/stream-table.ts';
import { type BenchRow, median } from './bench-row.ts';

const STREAM_COUNTS = [10, 1000, 10_000];
const PACKETS_PER_ROUND = 2_000_000;
const ROUNDS = 5;

class Feed {
  readonly table = new StreamTable(new ReceiveStreams());
  readonly #streams: number;
  #tick = 0;

  constructor(streams: number) {
    this.#streams = streams;
  }

  /** One packet of 20 ms for each stream, up to 4 ms late. */
  tick(): void {
    this.#tick++;
    const table = this.table;
    const sentUs = 1e15 + this.#tick * 20_000;
    for (let stream = 0; stream < this.#streams; stream++) {
      const ports = ((10_000 + (stream % 500) * 4) << 16) | 30_000;
      const slot = table.open(0x0a00_0001 + stream, 0x0a01_0001, ports, Math.imul(stream, 0x9e3779b1), 8000);
      const delayUs = Math.imul(stream ^ this.#tick, 0x85ebca6b) >>> 20;
      const sequenceNumber = (this.#tick + stream) & 0xffff;
      table.streams.receive(slot, sequenceNumber, this.#tick * 160, 172, false, sentUs + delayUs, AUDIO);
    }
  }
}

export function benchReceiveStreams(): BenchRow[] {
  return STREAM_COUNTS.map((streams) => {
    const feed = new Feed(streams);
    const ticks = Math.ceil(PACKETS_PER_ROUND / streams);
    for (let tick = 0; tick < ticks; tick++) feed.tick();
    const rates = Array.from({ length: ROUNDS }, () => {
      const began = process.cpuUsage();
      for (let tick = 0; tick < ticks; tick++) feed.tick();
      return (ticks * streams) / process.cpuUsage(began).user;
    });
    if (feed.table.streams.lost(0) !== 0) throw new Error('the feed lost packets');
    return { name: `packets counted, ${streams} streams`, value: median(rates), unit: 'Mpkt/s' };
  });
}
