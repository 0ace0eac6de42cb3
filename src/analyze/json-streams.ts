/** The streams of one capture as the JSON document has them. */
import type { CapturedStream } from '../../media/capture/captured-stream.ts';
import type { CapturedStreams } from '../../media/capture/captured-streams.ts';
import { rateStream } from './verdict.ts';

/** With the minutes of each stream, or without. */
export type StreamDocument = 'streams' | 'minutes';

/** Of the document around the streams, so that they are indented as they will be in it. */
const OPENING = '{\n  "streams": [\n';
const CLOSING = '\n  ]\n}';
/** One by one takes twice as long, all at once the memory of all. */
const STREAMS_AT_ONCE = 1000;

export function formatStreams(path: string, streams: CapturedStreams, document: StreamDocument): string {
  const texts: string[] = [];
  let some: object[] = [];
  const write = (): void => {
    if (some.length > 0)
      texts.push(JSON.stringify({ streams: some }, null, 2).slice(OPENING.length, -CLOSING.length));
    some = [];
  };
  for (const stream of streams) {
    some.push({ file: path, ...describe(stream, document === 'minutes') });
    if (some.length === STREAMS_AT_ONCE) write();
  }
  write();
  return texts.join(',\n');
}

function describe({ intervals, minutes, tshark, ...stream }: CapturedStream, hasMinutes: boolean) {
  const { sourceAddress, sourcePort, destinationAddress, destinationPort, synchronizationSource } = stream;
  return {
    // Whose figures they are stands before them.
    ...{ sourceAddress, sourcePort, destinationAddress, destinationPort, synchronizationSource },
    ...stream,
    rating: rateStream(stream),
    ...(tshark === null ? {} : { tshark }),
    ...(hasMinutes ? { minutes } : {}),
  };
}
