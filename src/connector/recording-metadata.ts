import { SaxesParser } from 'saxes';

/** Who speaks in a stream of a recording session. */
export interface RecordedParticipant {
  /** Address of record, as it stands in the metadata. */
  readonly address: string;
  readonly name: string | null;
}

/** What recording metadata (RFC 7865) says of who is heard where: participants by the label of their stream. */
export type RecordedParticipants = ReadonlyMap<string, RecordedParticipant>;

const NAMESPACE = 'urn:ietf:params:xml:ns:recording:1';
/** Far more than a call of two needs. */
const MAX_CHARACTERS = 262_144;

/** What is gathered while elements open and close. */
interface Gathered {
  readonly addresses: Map<string, RecordedParticipant>;
  readonly labels: Map<string, string>;
  readonly senders: { readonly participantId: string; readonly streamId: string }[];
}

interface OpenElement {
  readonly name: string;
  readonly id: string;
  text: string;
}

/** Null for what is no metadata, whatever is wrong with it: entities of its own, too, which are never expanded. */
export function parseRecordingMetadata(xml: string): RecordedParticipants | null {
  if (xml.length > MAX_CHARACTERS) return null;
  const gathered: Gathered = { addresses: new Map(), labels: new Map(), senders: [] };
  try {
    return read(xml, gathered) ? joinByLabel(gathered) : null;
  } catch {
    return null;
  }
}

/** Whether the document is a recording in RFC 7865's namespace. @throws Error where it is not well formed */
function read(xml: string, gathered: Gathered): boolean {
  const parser = new SaxesParser({ xmlns: true });
  const open: OpenElement[] = [];
  let isRecording = false;
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ local, uri, attributes }) => {
    if (open.length === 0) isRecording = local === 'recording' && uri === NAMESPACE;
    const id = attributes[`${local}_id`]?.value ?? attributes['participant_id']?.value ?? '';
    if (local === 'nameID') noteAddress(gathered, open.at(-1), attributes['aor']?.value ?? '');
    open.push({ name: local, id, text: '' });
  });
  parser.on('text', (text) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += text;
  });
  parser.on('closetag', () => {
    const element = open.pop();
    if (element !== undefined) noteElement(gathered, element, open);
  });
  parser.write(xml).close();
  return isRecording;
}

function noteAddress({ addresses }: Gathered, participant: OpenElement | undefined, address: string): void {
  if (participant?.name === 'participant') addresses.set(participant.id, { address, name: null });
}

function noteElement(
  { addresses, labels, senders }: Gathered,
  { name, text }: OpenElement,
  around: readonly OpenElement[],
): void {
  const parent = around.at(-1);
  if (name === 'label' && parent?.name === 'stream') labels.set(parent.id, text.trim());
  if (name === 'send' && parent?.name === 'participantstreamassoc') {
    senders.push({ participantId: parent.id, streamId: text.trim() });
  }
  const participant = around.at(-2);
  if (name === 'name' && parent?.name === 'nameID' && participant !== undefined) {
    const known = addresses.get(participant.id);
    if (known !== undefined) addresses.set(participant.id, { ...known, name: text.trim() });
  }
}

function joinByLabel({ addresses, labels, senders }: Gathered): RecordedParticipants {
  const byLabel = new Map<string, RecordedParticipant>();
  for (const { participantId, streamId } of senders) {
    const label = labels.get(streamId);
    const participant = addresses.get(participantId);
    if (label !== undefined && participant !== undefined) byLabel.set(label, participant);
  }
  return byLabel;
}
