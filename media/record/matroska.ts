/**
 * Matroska (RFC 9559) as Kinesis Video Streams holds it: one audio track of 16-bit PCM, a cluster for each fragment, and
 * before it the fragment's tags.
 */
import { ebmlElement, ebmlFloat, ebmlText, ebmlUnsigned, openEbmlElement } from './ebml.ts';

const ID = {
  ebml: 0x1a45dfa3,
  ebmlVersion: 0x4286,
  ebmlReadVersion: 0x42f7,
  maximumIdLength: 0x42f2,
  maximumSizeLength: 0x42f3,
  documentType: 0x4282,
  documentTypeVersion: 0x4287,
  documentTypeReadVersion: 0x4285,
  segment: 0x18538067,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  muxingApplication: 0x4d80,
  writingApplication: 0x5741,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackUid: 0x73c5,
  trackType: 0x83,
  flagLacing: 0x9c,
  codecId: 0x86,
  audio: 0xe1,
  samplingFrequency: 0xb5,
  channels: 0x9f,
  bitDepth: 0x6264,
  tags: 0x1254c367,
  tag: 0x7373,
  targets: 0x63c0,
  simpleTag: 0x67c8,
  tagName: 0x45a3,
  tagString: 0x4487,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
} as const;

const APPLICATION = 'Carillon';
const NANOSECONDS_PER_MS = 1_000_000;
const AUDIO_TRACK_TYPE = 2; // RFC 9559 §5.1.4.1.3
const PCM_LITTLE_ENDIAN = 'A_PCM/INT/LIT'; // Matroska Media Codec Specifications
const TRACK_NUMBER = 1;
const BLOCK_MS = 20;
const BYTES_PER_SAMPLE = 2;
const KEYFRAME = 0x80; // RFC 9559 §10.2: each block can be decoded by itself

/** What comes before the first fragment. The segment has no length: it ends with the file, whole at any fragment. */
export function createMatroskaHeader(sampleRateHz: number): Uint8Array {
  const header = ebmlElement(
    ID.ebml,
    ebmlUnsigned(ID.ebmlVersion, 1),
    ebmlUnsigned(ID.ebmlReadVersion, 1),
    ebmlUnsigned(ID.maximumIdLength, 4),
    ebmlUnsigned(ID.maximumSizeLength, 8),
    ebmlText(ID.documentType, 'matroska'),
    ebmlUnsigned(ID.documentTypeVersion, 4),
    ebmlUnsigned(ID.documentTypeReadVersion, 2),
  );
  const info = ebmlElement(
    ID.info,
    ebmlUnsigned(ID.timestampScale, NANOSECONDS_PER_MS),
    ebmlText(ID.muxingApplication, APPLICATION),
    ebmlText(ID.writingApplication, APPLICATION),
  );
  const audio = ebmlElement(
    ID.audio,
    ebmlFloat(ID.samplingFrequency, sampleRateHz),
    ebmlUnsigned(ID.channels, 1),
    ebmlUnsigned(ID.bitDepth, 8 * BYTES_PER_SAMPLE),
  );
  const track = ebmlElement(
    ID.trackEntry,
    ebmlUnsigned(ID.trackNumber, TRACK_NUMBER),
    ebmlUnsigned(ID.trackUid, TRACK_NUMBER),
    ebmlUnsigned(ID.trackType, AUDIO_TRACK_TYPE),
    ebmlUnsigned(ID.flagLacing, 0),
    ebmlText(ID.codecId, PCM_LITTLE_ENDIAN),
    audio,
  );
  return Buffer.concat([header, openEbmlElement(ID.segment), info, ebmlElement(ID.tracks, track)]);
}

/** A fragment: its tags, and its cluster of blocks of 20 ms. `timestampMs` is from the beginning of the file. */
export function createMatroskaFragment(
  samples: Uint8Array,
  sampleRateHz: number,
  timestampMs: number,
  tags: Readonly<Record<string, string>>,
): Uint8Array {
  const blockBytes = (sampleRateHz * BLOCK_MS * BYTES_PER_SAMPLE) / 1000;
  const blocks: Uint8Array[] = [];
  for (let offset = 0; offset < samples.length; offset += blockBytes) {
    const relativeMs = (offset / blockBytes) * BLOCK_MS;
    blocks.push(simpleBlock(relativeMs, samples.subarray(offset, offset + blockBytes)));
  }
  const cluster = ebmlElement(ID.cluster, ebmlUnsigned(ID.timestamp, timestampMs), ...blocks);
  return Buffer.concat([tagsElement(tags), cluster]);
}

/** RFC 9559 §10.2: the track, the time within the cluster, flags, and the sound. */
function simpleBlock(relativeMs: number, samples: Uint8Array): Uint8Array {
  const head = Buffer.alloc(4);
  head.writeUInt8(0x80 | TRACK_NUMBER, 0);
  head.writeInt16BE(relativeMs, 1);
  head.writeUInt8(KEYFRAME, 3);
  return ebmlElement(ID.simpleBlock, head, samples);
}

function tagsElement(tags: Readonly<Record<string, string>>): Uint8Array {
  const simpleTags = Object.entries(tags).map(([name, value]) =>
    ebmlElement(ID.simpleTag, ebmlText(ID.tagName, name), ebmlText(ID.tagString, value)),
  );
  return ebmlElement(ID.tags, ebmlElement(ID.tag, ebmlElement(ID.targets), ...simpleTags));
}
