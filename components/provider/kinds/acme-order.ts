/**
 * An order at an ACME authority: its answer is written into DNS by somebody else, and `acme-dns-certificate` does the
 * rest. A month after it was placed `up` places another one, and so the certificate is renewed. The account's key goes to
 * the state, encrypted: whoever has it can order certificates, and prove nothing by it.
 */
import { z } from 'zod';
import { isLost, type Order, placeOrder } from '../acme-dns.ts';
import type { Kind } from '../kind.ts';

const inputs = z.strictObject({
  name: z.string(),
  email: z.email(),
  directoryUrl: z.url(),
  /** PEM text to trust when talking to the authority. */
  authority: z.string().optional(),
});
export type AcmeOrderInputs = z.infer<typeof inputs>;
type Outputs = Pick<Order, keyof Order> & { placed: string };

const RENEW_MS = 30 * 86_400_000;
const isOld = (placed: string) => Date.now() - Date.parse(placed) > RENEW_MS;

const place = async (wanted: AcmeOrderInputs, accountKey?: string): Promise<Outputs> => ({
  ...(await placeOrder({ ...wanted, accountKey })),
  placed: new Date().toISOString(),
});

export const acmeOrder: Kind<AcmeOrderInputs, Outputs> = {
  inputs,
  outputs: ['accountKey', 'accountUrl', 'orderUrl', 'challenge', 'placed'],
  replaceOn: ['name', 'directoryUrl'],
  diff: ({ placed }) => (isOld(placed) ? { changed: ['placed'] } : {}),
  async create(wanted) {
    const outputs = await place(wanted);
    return { id: outputs.orderUrl, outputs };
  },
  async read() {
    return {};
  },
  look: async (_id, state) => ((await isLost(state, state)) ? ['[the authority has given it up]'] : []),
  async update(_id, olds, wanted) {
    const { accountKey, accountUrl, orderUrl, challenge, placed } = olds;
    const holds = !isOld(placed) && !(await isLost(wanted, olds));
    return holds ? { accountKey, accountUrl, orderUrl, challenge, placed } : place(wanted, accountKey);
  },
  // It runs out by itself.
  async delete() {},
};
