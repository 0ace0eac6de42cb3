import type { SdpAttribute, SdpConnection, SdpLine, SdpMedia, SdpOrigin, SdpSession } from './description.ts';

/** RFC 8866 §5: what stands before and after `c=`, and after `t=`; a letter we do not know goes last. */
const BEFORE_CONNECTION = 'iuep';
const BEFORE_TIMING = 'b';

/** Writes a session description in the order RFC 8866 §5 prescribes, lines ended by CRLF. */
export function serializeSdp(session: SdpSession): string {
  return `v=0\r\n${serializeOrigin(session.origin)}${serializeAfterOrigin(session)}`;
}

/** The `o=` line with its end. */
export function serializeOrigin(origin: SdpOrigin): string {
  const { username, sessionId, sessionVersion, networkType, addressType, address } = origin;
  return `o=${username} ${sessionId} ${sessionVersion} ${networkType} ${addressType} ${address}\r\n`;
}

/** All lines after `o=`: what decides whether the version must rise (RFC 3264 §8). */
export function serializeAfterOrigin(session: SdpSession): string {
  const { lines } = session;
  let text = `s=${session.sessionName}\r\n`;
  text += serializeLines(lines, (type) => BEFORE_CONNECTION.includes(type));
  text += serializeConnection(session.connection);
  text += serializeLines(lines, (type) => BEFORE_TIMING.includes(type));
  text += `t=${session.timing}\r\n`;
  text += serializeLines(lines, (type) => !BEFORE_CONNECTION.includes(type) && !BEFORE_TIMING.includes(type));
  text += serializeAttributes(session.attributes);
  for (const media of session.media) {
    text += serializeMedia(media);
  }
  return text;
}

function serializeMedia(media: SdpMedia): string {
  const port = media.portCount === 1 ? `${media.port}` : `${media.port}/${media.portCount}`;
  let text = `m=${media.type} ${port} ${media.protocol} ${media.formats.join(' ')}\r\n`;
  text += serializeLines(media.lines, (type) => type === 'i');
  text += serializeConnection(media.connection);
  text += serializeLines(media.lines, (type) => type !== 'i');
  return text + serializeAttributes(media.attributes);
}

function serializeConnection(connection: SdpConnection | null): string {
  return connection === null
    ? ''
    : `c=${connection.networkType} ${connection.addressType} ${connection.address}\r\n`;
}

function serializeLines(lines: readonly SdpLine[], isWanted: (type: string) => boolean): string {
  let text = '';
  for (const line of lines) {
    if (isWanted(line.type)) {
      text += `${line.type}=${line.value}\r\n`;
    }
  }
  return text;
}

function serializeAttributes(attributes: readonly SdpAttribute[]): string {
  let text = '';
  for (const { name, value } of attributes) {
    text += value === null ? `a=${name}\r\n` : `a=${name}:${value}\r\n`;
  }
  return text;
}
