/**
 * Messages between the threads as flat lists of values. Structured cloning writes the name of every field of every
 * object, and looks it up on the other side: of what each leg has said of it, from its opening to its last report, a
 * list with the values in a known order costs a quarter. All that is rare lies in the list as the object that it is.
 */
import { putReport, takeReport } from './flat-report.ts';
import { type FlatMessage, FlatValues } from './flat-values.ts';
import type { MediaSession, OpenLegRequest, PayloadFormat, TransportAddress } from './media-leg.ts';
import type { WorkerCommand, WorkerEvent } from './worker-message.ts';

type Extras = Pick<MediaSession, 'sentTelephoneEvent' | 'extendedReports' | 'security'>;

export function putCommand(message: FlatMessage, command: WorkerCommand): void {
  switch (command.type) {
    case 'open':
      message.push(command.type, command.lent);
      putRequest(message, command.request);
      break;
    case 'update':
      message.push(command.type, command.legId, command.agreedAtMs);
      putSession(message, command.session);
      break;
    case 'join':
    case 'close':
      message.push(command.type, command.legId);
      break;
    case 'mute':
      message.push(command.type, command.legId, command.isMuted);
      break;
    case 'play':
      message.push(command.type, command.legId, command.isDucking, command.clips.length, ...command.clips);
      break;
    default:
      message.push(command);
  }
}

export function takeCommands(message: FlatMessage): WorkerCommand[] {
  const values = new FlatValues(message);
  const commands: WorkerCommand[] = [];
  while (!values.isAtEnd) commands.push(takeCommand(values));
  return commands;
}

function takeCommand(values: FlatValues): WorkerCommand {
  const type = values.take<'open' | 'update' | 'join' | 'close' | 'mute' | 'play' | WorkerCommand>();
  switch (type) {
    case 'open':
      return { type, lent: values.take(), request: takeRequest(values) };
    case 'update':
      return { type, legId: values.take(), agreedAtMs: values.take(), session: takeSession(values) };
    case 'join':
    case 'close':
      return { type, legId: values.take() };
    case 'mute':
      return { type, legId: values.take(), isMuted: values.take() };
    case 'play':
      return {
        type,
        legId: values.take(),
        isDucking: values.take(),
        clips: takeTexts(values, values.take()),
      };
    default:
      return type;
  }
}

function takeTexts(values: FlatValues, count: number): string[] {
  const texts: string[] = [];
  while (texts.length < count) texts.push(values.take());
  return texts;
}

export function putEvent(message: FlatMessage, event: WorkerEvent): void {
  switch (event.type) {
    case 'opened':
      message.push(event.type, event.legId, event.rtpPort);
      break;
    case 'played':
      message.push(event.type, event.legId);
      break;
    case 'closed':
      message.push(event.type, event.legId, event.report !== null);
      if (event.report !== null) putReport(message, event.report);
      break;
    default:
      message.push(event);
  }
}

export function takeEvents(message: FlatMessage): WorkerEvent[] {
  const values = new FlatValues(message);
  const events: WorkerEvent[] = [];
  while (!values.isAtEnd) events.push(takeEvent(values));
  return events;
}

function takeEvent(values: FlatValues): WorkerEvent {
  const type = values.take<'opened' | 'played' | 'closed' | WorkerEvent>();
  switch (type) {
    case 'opened':
      return { type, legId: values.take(), rtpPort: values.take() };
    case 'played':
      return { type, legId: values.take() };
    case 'closed':
      return { type, legId: values.take(), report: values.take<boolean>() ? takeReport(values) : null };
    default:
      return type;
  }
}

function putRequest(message: FlatMessage, request: OpenLegRequest): void {
  const { legId, mixId, bindAddress, canonicalName, openedAtMs, portRangeName = null } = request;
  message.push(legId, mixId, bindAddress, canonicalName, openedAtMs, portRangeName);
}

function takeRequest(values: FlatValues): OpenLegRequest {
  const request = {
    legId: values.take<string>(),
    mixId: values.take<string>(),
    bindAddress: values.take<string>(),
    canonicalName: values.take<string>(),
    openedAtMs: values.take<number>(),
  };
  const portRangeName = values.take<string | null>();
  return portRangeName === null ? request : { ...request, portRangeName };
}

function putSession(message: FlatMessage, session: MediaSession): void {
  putFormat(message, session.format);
  message.push(session.receiveFormats.length);
  for (const format of session.receiveFormats) putFormat(message, format);
  putFormat(message, session.telephoneEvent);
  putFormat(message, session.comfortNoise);
  putAddress(message, session.remoteRtp);
  putAddress(message, session.remoteRtcp);
  message.push(
    session.direction,
    session.isRtcpMultiplexed,
    session.packetTimeMs,
    session.isAddressLearned,
    extrasOf(session),
  );
}

/** What few sessions have, as an object; null where there is nothing in it. */
function extrasOf({ sentTelephoneEvent, extendedReports, security }: MediaSession): Extras | null {
  const isSecured = security !== undefined && (security.encryption !== null || security.handshake != null);
  const isReporting = extendedReports !== undefined && extendedReports !== null;
  if (sentTelephoneEvent === undefined && !isReporting && !isSecured) return null;
  return {
    ...(sentTelephoneEvent !== undefined && { sentTelephoneEvent }),
    ...(isReporting && { extendedReports }),
    ...(isSecured && { security }),
  };
}

function takeSession(values: FlatValues): MediaSession {
  const session: MediaSession = {
    format: takeFormat(values) as PayloadFormat,
    receiveFormats: takeFormats(values, values.take()),
    telephoneEvent: takeFormat(values),
    comfortNoise: takeFormat(values),
    remoteRtp: takeAddress(values),
    remoteRtcp: takeAddress(values),
    direction: values.take(),
    isRtcpMultiplexed: values.take(),
    packetTimeMs: values.take(),
    isAddressLearned: values.take(),
  };
  const extras = values.take<Extras | null>();
  return extras === null ? session : { ...session, ...extras };
}

function putFormat(message: FlatMessage, format: PayloadFormat | null): void {
  if (format === null) message.push(null);
  else {
    const { payloadType, encodingName, clockRateHz, channels, parameters } = format;
    message.push(payloadType, encodingName, clockRateHz, channels, parameters);
  }
}

function takeFormats(values: FlatValues, count: number): PayloadFormat[] {
  const formats: PayloadFormat[] = [];
  while (formats.length < count) formats.push(takeFormat(values) as PayloadFormat);
  return formats;
}

function takeFormat(values: FlatValues): PayloadFormat | null {
  const payloadType = values.take<number | null>();
  if (payloadType === null) return null;
  return {
    payloadType,
    encodingName: values.take(),
    clockRateHz: values.take(),
    channels: values.take(),
    parameters: values.take(),
  };
}

function putAddress(message: FlatMessage, remote: TransportAddress | null): void {
  if (remote === null) message.push(null);
  else message.push(remote.address, remote.port);
}

function takeAddress(values: FlatValues): TransportAddress | null {
  const address = values.take<string | null>();
  return address === null ? null : { address, port: values.take() };
}
