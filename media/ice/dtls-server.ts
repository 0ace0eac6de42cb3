/**
 * The DTLS handshake that gives SRTP its keys (RFC 5764), as a server, by werift-dtls: loaded when a browser first
 * calls. The package names an entry that it does not have, so its modules are named here.
 */
import { createHash, createPrivateKey, timingSafeEqual } from 'node:crypto';
import type { EncryptionKey, MediaEncryption, MediaHandshake } from '../engine/media-leg.ts';
import { findSrtpSuite, type SrtpSuite } from '../srtp/srtp-suite.ts';

type DtlsModule = typeof import('werift-dtls/lib/dtls/src/index.js');
const ENTRY = 'werift-dtls/lib/dtls/src/index.js';
type DtlsSocket = InstanceType<DtlsModule['DtlsServer']>;

export interface DtlsServerOptions {
  readonly handshake: MediaHandshake;
  send(datagram: Uint8Array): void;
  onKeys(encryption: MediaEncryption): void;
  onFailure(detail: string): void;
}

/** Protection profiles (RFC 5764 §4.1.2, RFC 7714 §14.2), in our order, and the suites they are. */
const PROFILES = new Map<number, string>([
  [0x0007, 'AEAD_AES_128_GCM'],
  [0x0001, 'AES_CM_128_HMAC_SHA1_80'],
]);
/** Of TLS 1.2 (RFC 5246 §7.4.1.4.1). */
const SHA256 = 4;
const RSA = 1;
const ECDSA = 3;

export class DtlsServer {
  readonly #options: DtlsServerOptions;
  readonly #transport: { onData: (data: Buffer) => void };
  readonly #socket: DtlsSocket;

  static async create(options: DtlsServerOptions): Promise<DtlsServer> {
    return new DtlsServer((await import(ENTRY)) as DtlsModule, options);
  }

  private constructor(module: DtlsModule, options: DtlsServerOptions) {
    this.#options = options;
    const { certificate, key } = options.handshake;
    const transport = {
      type: 'udp',
      address: { address: '', family: 'IPv4', port: 0 },
      closed: false,
      onData: (_data: Buffer): void => {},
      send: async (data: Buffer): Promise<void> => options.send(data),
      close: async (): Promise<void> => {
        transport.closed = true;
      },
    };
    this.#transport = transport;
    this.#socket = new module.DtlsServer({
      transport,
      cert: certificate,
      key,
      signatureHash: {
        hash: SHA256,
        signature: createPrivateKey(key).asymmetricKeyType === 'rsa' ? RSA : ECDSA,
      },
      srtpProfiles: [...PROFILES.keys()] as never,
      extendedMasterSecret: true,
      certificateRequest: true,
    });
    this.#socket.onConnect.subscribe(() => this.#finish());
    this.#socket.onError.subscribe((error) => options.onFailure(String(error)));
  }

  /** A datagram came. Never throws. */
  receive(datagram: Uint8Array): void {
    try {
      this.#transport.onData(Buffer.from(datagram));
    } catch (error) {
      this.#options.onFailure(String(error));
    }
  }

  close(): void {
    this.#socket.close();
  }

  #finish(): void {
    const suiteName = PROFILES.get(Number(this.#socket.srtp.srtpProfile));
    const suite = suiteName === undefined ? null : findSrtpSuite(suiteName);
    if (suite === null) this.#options.onFailure('the other side takes none of our SRTP profiles');
    else if (this.#isExpectedCertificate()) this.#options.onKeys(this.#readKeys(suite));
    else this.#options.onFailure('the certificate is not the one whose fingerprint SDP told');
  }

  #readKeys({ name, keyLength, saltLength }: SrtpSuite): MediaEncryption {
    const keys = this.#socket.extractSessionKeys(keyLength, saltLength);
    const copy = (masterKey: Uint8Array, masterSalt: Uint8Array): EncryptionKey => ({
      masterKey: new Uint8Array(masterKey),
      masterSalt: new Uint8Array(masterSalt),
      lifetimePackets: null,
    });
    return {
      suite: name,
      sending: copy(keys.localKey, keys.localSalt),
      receiving: copy(keys.remoteKey, keys.remoteSalt),
    };
  }

  #isExpectedCertificate(): boolean {
    const certificate = this.#socket.remoteCertificate;
    if (certificate === undefined) return false;
    const digest = createHash('sha256').update(certificate).digest();
    const expected = Buffer.from(this.#options.handshake.remoteFingerprint.replaceAll(':', ''), 'hex');
    return expected.length === digest.length && timingSafeEqual(expected, digest);
  }
}
