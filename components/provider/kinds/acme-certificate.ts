/** A certificate from an authority that speaks ACME. Renewed by `up` when less than a month is left. */
import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { acmeCertificate as order } from '../acme.ts';
import { readIfThere, writeWhole } from '../files.ts';
import type { Kind } from '../kind.ts';
import { describeCertificate, newKey, runsOut } from '../x509.ts';

const inputs = z.strictObject({
  name: z.string(),
  email: z.email(),
  directoryUrl: z.url(),
  /** Where we answer the authority's challenge (HTTP-01). */
  challengePort: z.int(),
  /** PEM file to trust when talking to the authority. */
  authorityFile: z.string().optional(),
  accountKeyFile: z.string().startsWith('/'),
  certificateFile: z.string().startsWith('/'),
  keyFile: z.string().startsWith('/'),
});
export type AcmeCertificateInputs = z.infer<typeof inputs>;
type Outputs = { fingerprint: string; notAfter: string };

async function issue(wanted: AcmeCertificateInputs): Promise<Outputs> {
  if ((await readIfThere(wanted.accountKeyFile)) === null)
    await writeWhole(wanted.accountKeyFile, await newKey());
  const { certificate, key } = await order({
    ...wanted,
    accountKey: (await readIfThere(wanted.accountKeyFile)) ?? '',
    authority: wanted.authorityFile === undefined ? undefined : await readIfThere(wanted.authorityFile),
  });
  await writeWhole(wanted.keyFile, key);
  await writeWhole(wanted.certificateFile, certificate);
  return describeCertificate(certificate);
}

export const acmeCertificate: Kind<AcmeCertificateInputs, Outputs> = {
  inputs,
  outputs: ['fingerprint', 'notAfter'],
  replaceOn: ['name', 'directoryUrl', 'certificateFile', 'keyFile'],
  diff: ({ notAfter }) => (runsOut(notAfter) ? { changed: ['notAfter'] } : {}),
  async create(wanted) {
    return { id: wanted.certificateFile, outputs: await issue(wanted) };
  },
  async read(certificateFile, { keyFile, fingerprint }) {
    const found = await readIfThere(certificateFile);
    if (found === null || (await readIfThere(keyFile)) === null) return null;
    return describeCertificate(found).fingerprint === fingerprint ? {} : null;
  },
  async update(id, olds, wanted, context) {
    // Another address to write to is no reason to ask for another certificate: authorities count them.
    const { fingerprint, notAfter } = olds;
    const holds = !runsOut(notAfter) && (await acmeCertificate.read(id, olds, context)) !== null;
    return holds ? { fingerprint, notAfter } : issue(wanted);
  },
  async delete(certificateFile, { keyFile }) {
    await rm(certificateFile, { force: true });
    await rm(keyFile, { force: true });
  },
};
