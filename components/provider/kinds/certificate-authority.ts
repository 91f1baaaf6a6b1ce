/** An authority of this installation alone. Its key is kept, so that who trusted it once need not do so again. */
import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { readIfThere, writeWhole } from '../files.ts';
import type { Kind } from '../kind.ts';
import { describeCertificate, importKey, issueAuthority, newKey } from '../x509.ts';

const inputs = z.strictObject({
  /** What people read when asked whether to trust it. */
  commonName: z.string(),
  certificateFile: z.string().startsWith('/'),
  keyFile: z.string().startsWith('/'),
});
export type CertificateAuthorityInputs = z.infer<typeof inputs>;
type Outputs = { fingerprint: string; notAfter: string };

async function issue({ commonName, certificateFile, keyFile }: CertificateAuthorityInputs): Promise<Outputs> {
  if ((await readIfThere(keyFile)) === null) await writeWhole(keyFile, await newKey());
  const certificate = await issueAuthority(commonName, await importKey((await readIfThere(keyFile)) ?? ''));
  await writeWhole(certificateFile, certificate);
  return describeCertificate(certificate);
}

export const certificateAuthority: Kind<CertificateAuthorityInputs, Outputs> = {
  inputs,
  outputs: ['fingerprint', 'notAfter'],
  replaceOn: ['commonName', 'certificateFile', 'keyFile'],
  async create(wanted) {
    return { id: wanted.certificateFile, outputs: await issue(wanted) };
  },
  async read(certificateFile, { keyFile, fingerprint }) {
    const certificate = await readIfThere(certificateFile);
    if (certificate === null || (await readIfThere(keyFile)) === null) return null;
    return describeCertificate(certificate).fingerprint === fingerprint ? {} : null;
  },
  update: (_id, _olds, wanted) => issue(wanted),
  async delete(certificateFile) {
    await rm(certificateFile, { force: true });
  },
};
