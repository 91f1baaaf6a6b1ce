/** Azure's attested data (`/metadata/attested/document`): PKCS #7, signed for metadata.azure.com. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { z } from 'zod';
import { parseSignedMessage } from './pkcs7.ts';
import { type MachineProof, type ProofSettings, type ProvenMachine, refused } from './proof.ts';

/** Azure writes `MM/DD/YY HH:MM:SS +00:00`. */
const Time = z.string().transform((text) => {
  const [, month, day, year, time] = /^(\d\d)\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d) [+-]00:?00$/.exec(text) ?? [];
  return new Date(`20${year}-${month}-${day}T${time}Z`);
});
const Document = z.object({
  vmId: z.string().min(1),
  subscriptionId: z.string(),
  timeStamp: z.object({ createdOn: Time, expiresOn: Time }),
});
/** The name in the certificates that sign: `metadata.azure.com`, and below it per region. */
const SIGNER = /(^|\.)metadata\.azure\.(com|us|cn)$/;

export function verifyAzure(
  settings: Extract<ProofSettings, { kind: 'azure' }>,
  { pkcs7 }: Extract<MachineProof, { kind: 'azure' }>,
  now = new Date(),
): ProvenMachine {
  const message = parseSignedMessage(pkcs7);
  const signer = message.certificates.find((certificate) => message.isSignedBy(certificate));
  if (signer === undefined) throw refused('its document is not signed by a certificate that came with it');
  if (!SIGNER.test(nameOf(signer)))
    throw refused(`its document is signed by ${nameOf(signer)}, not by Azure`);
  requireTrusted(signer, message.certificates, authorities(settings), now);
  const parsed = Document.safeParse(JSON.parse(message.content.toString()));
  if (!parsed.success) throw refused(`its document is incomplete: ${z.prettifyError(parsed.error)}`);
  const { vmId, subscriptionId, timeStamp } = parsed.data;
  if (subscriptionId !== settings.subscriptionId)
    throw refused(`it is of subscription ${subscriptionId}, not ${settings.subscriptionId}`);
  if (!(timeStamp.expiresOn > now)) throw refused('its document has expired');
  return { id: vmId, since: timeStamp.createdOn };
}

const nameOf = ({ subject }: X509Certificate) => /^CN=(.+)$/m.exec(subject)?.[1] ?? subject;

/** Azure's intermediate authorities change: those not sent along are given as files. */
function authorities({ authorityFiles = [] }: Extract<ProofSettings, { kind: 'azure' }>): X509Certificate[] {
  const given = authorityFiles.flatMap((file) => split(readFileSync(file, 'utf8')));
  return [...given, ...rootCertificates].map((pem) => new X509Certificate(pem));
}

const split = (pem: string) => pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];

/** From the signer up to an authority that is trusted, at most as many steps as certificates. */
function requireTrusted(
  signer: X509Certificate,
  sent: X509Certificate[],
  trusted: X509Certificate[],
  now: Date,
): void {
  let current = signer;
  for (let step = 0; step <= sent.length; step++) {
    if (now < current.validFromDate || now > current.validToDate)
      throw refused(`the certificate of ${nameOf(current)} is not valid now`);
    if (trusted.some((authority) => isIssued(current, authority))) return;
    const issuer = sent.find((authority) => authority.ca && isIssued(current, authority));
    if (issuer === undefined || issuer === current) break;
    current = issuer;
  }
  throw refused(`the authority that signed for ${nameOf(current)} is not trusted here`);
}

const isIssued = (certificate: X509Certificate, issuer: X509Certificate) =>
  certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
