/** A certificate of the installation's own authority. Renewed by `up` when less than a month is left. */
import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { readIfThere, writeWhole } from '../files.ts';
import type { Kind } from '../kind.ts';
import { describeCertificate, importKey, issueServer, newKey, runsOut } from '../x509.ts';

const inputs = z.strictObject({
  /** The first one is its common name. */
  names: z.array(z.string()).min(1),
  addresses: z.array(z.string()),
  certificateFile: z.string().startsWith('/'),
  keyFile: z.string().startsWith('/'),
  authorityCertificateFile: z.string().startsWith('/'),
  authorityKeyFile: z.string().startsWith('/'),
  /** Another authority signs another certificate. */
  authorityFingerprint: z.string(),
});
export type CertificateInputs = z.infer<typeof inputs>;
type Outputs = { fingerprint: string; notAfter: string };

async function issue(wanted: CertificateInputs): Promise<Outputs> {
  const authority = {
    certificate: (await readIfThere(wanted.authorityCertificateFile)) ?? '',
    key: await importKey((await readIfThere(wanted.authorityKeyFile)) ?? ''),
  };
  const keyText = await newKey();
  const certificate = await issueServer(wanted, await importKey(keyText), authority);
  await writeWhole(wanted.keyFile, keyText);
  // With its authority, so that a client that trusts the authority sees the whole chain.
  await writeWhole(wanted.certificateFile, certificate + authority.certificate);
  return describeCertificate(certificate);
}

export const certificate: Kind<CertificateInputs, Outputs> = {
  inputs,
  outputs: ['fingerprint', 'notAfter'],
  replaceOn: ['names', 'addresses', 'certificateFile', 'keyFile', 'authorityFingerprint'],
  diff: ({ notAfter }) => (runsOut(notAfter) ? { changed: ['notAfter'] } : {}),
  async create(wanted) {
    return { id: wanted.certificateFile, outputs: await issue(wanted) };
  },
  async read(certificateFile, { keyFile, fingerprint }) {
    const found = await readIfThere(certificateFile);
    if (found === null || (await readIfThere(keyFile)) === null) return null;
    return describeCertificate(found).fingerprint === fingerprint ? {} : null;
  },
  update: (_id, _olds, wanted) => issue(wanted),
  async delete(certificateFile, { keyFile }) {
    await rm(certificateFile, { force: true });
    await rm(keyFile, { force: true });
  },
};
