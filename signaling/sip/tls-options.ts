import type { SecureContextOptions } from 'node:tls';

/** How we look at others' certificates; a client needs none of its own. */
export interface TlsClientOptions {
  /** PEM: authorities that peers' certificates are checked against; the system's if left out. */
  readonly authorities?: string;
  /** Whether the certificate of a server we connect to must be good for its name. Default true. */
  readonly isPeerVerified?: boolean;
}

/** The certificate we show, and how we look at others'. */
export interface TlsOptions extends TlsClientOptions {
  /** PEM: our certificate, and those of intermediate authorities after it. */
  readonly certificate: string;
  /** PEM: the private key of the certificate. */
  readonly key: string;
}

/** Forward-secret and authenticated ciphers only: every suite of TLS 1.3, and ECDHE with AEAD of 1.2. */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

/** What both our servers and our clients use. */
export function secureContextOptions(options: TlsOptions | TlsClientOptions): SecureContextOptions {
  return {
    ...('certificate' in options ? { cert: options.certificate, key: options.key } : {}),
    minVersion: 'TLSv1.2',
    ciphers: CIPHERS,
    honorCipherOrder: true,
    ...(options.authorities === undefined ? {} : { ca: options.authorities }),
  };
}
