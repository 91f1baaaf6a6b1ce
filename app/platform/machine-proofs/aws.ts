/** The EC2 instance identity document, signed with RSA-2048 (`/latest/dynamic/instance-identity/rsa2048`). */

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { AWS_CERTIFICATES } from './aws-certificates.ts';
import { parseSignedMessage } from './pkcs7.ts';
import { type MachineProof, type ProofSettings, type ProvenMachine, refused } from './proof.ts';

const Document = z.object({
  accountId: z.string(),
  instanceId: z.string().regex(/^i-[0-9a-f]+$/),
  region: z.string(),
  pendingTime: z.coerce.date(),
});

/** The signature is checked by the certificate of the region that the settings name, whatever came along. */
export function verifyAws(
  settings: Extract<ProofSettings, { kind: 'aws' }>,
  { pkcs7, document }: Extract<MachineProof, { kind: 'aws' }>,
): ProvenMachine {
  const message = parseSignedMessage(pkcs7, document);
  if (!message.isSignedBy(certificateOf(settings)))
    throw refused(`its document is not signed by AWS in ${settings.region}`);
  const parsed = Document.safeParse(json(message.content));
  if (!parsed.success) throw refused(`its document is incomplete: ${z.prettifyError(parsed.error)}`);
  const { accountId, instanceId, region, pendingTime } = parsed.data;
  if (accountId !== settings.accountId)
    throw refused(`it is of account ${accountId}, not ${settings.accountId}`);
  if (region !== settings.region) throw refused(`it is in ${region}, not in ${settings.region}`);
  return { id: instanceId, since: pendingTime };
}

function certificateOf({ region, certificateFile }: Extract<ProofSettings, { kind: 'aws' }>) {
  if (certificateFile !== undefined) return new X509Certificate(readFileSync(certificateFile));
  const known = AWS_CERTIFICATES[region];
  if (known !== undefined) return new X509Certificate(Buffer.from(known, 'base64'));
  throw refused(
    `no certificate of AWS in ${region} is known here: give it in a file, as \`certificateFile\``,
  );
}

function json(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString());
  } catch {
    return undefined;
  }
}
