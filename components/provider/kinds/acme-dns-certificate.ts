/** The certificate of an `acme-order` whose answer stands in DNS. Key and certificate go to the state, encrypted. */
import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { fulfilOrder, pfxOf } from '../acme-dns.ts';
import type { Context, Kind } from '../kind.ts';

const inputs = z.strictObject({
  name: z.string(),
  directoryUrl: z.url(),
  authority: z.string().optional(),
  accountKey: z.string(),
  accountUrl: z.string(),
  orderUrl: z.url(),
  /** Minutes that the record may take to be seen. */
  patienceMinutes: z.int(),
  /** Name servers to ask, as `host:port`. */
  resolvers: z.array(z.string()).optional(),
});
export type AcmeDnsCertificateInputs = z.infer<typeof inputs>;
type Outputs = { pfx: string; notAfter: string };

async function issue(wanted: AcmeDnsCertificateInputs, { log, signal }: Context): Promise<Outputs> {
  const { certificate, key } = await fulfilOrder({
    ...wanted,
    patienceMs: wanted.patienceMinutes * 60_000,
    log: (line) => log(line, { passing: true }),
    signal,
  });
  const notAfter = new Date(new X509Certificate(certificate).validTo).toISOString();
  return { pfx: pfxOf(certificate, key), notAfter };
}

export const acmeDnsCertificate: Kind<AcmeDnsCertificateInputs, Outputs> = {
  inputs,
  outputs: ['pfx', 'notAfter'],
  replaceOn: ['name', 'directoryUrl'],
  unimportant: ['patienceMinutes', 'resolvers'],
  async create(wanted, context) {
    return { id: wanted.name, outputs: await issue(wanted, context) };
  },
  async read() {
    return {};
  },
  async update(_id, olds, wanted, context) {
    const { pfx, notAfter } = olds;
    return wanted.orderUrl === olds.orderUrl ? { pfx, notAfter } : issue(wanted, context);
  },
  // Nobody needs to be told: it runs out.
  async delete() {},
};
