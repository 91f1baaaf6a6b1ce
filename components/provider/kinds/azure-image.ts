/**
 * A machine image of Azure's marketplace by exact version: the newest when it was asked first, and the same from then on,
 * so that a new one exchanges no machine by itself. Asked with the operator's own login.
 */
import { request } from 'undici';
import { z } from 'zod';
import type { Kind } from '../kind.ts';

const inputs = z.strictObject({
  subscriptionId: z.string(),
  region: z.string(),
  publisher: z.string(),
  offer: z.string(),
  sku: z.string(),
  /** Another address than Azure's, and a token that is not asked for: for tests. */
  elsewhere: z.strictObject({ endpoint: z.url(), token: z.string() }).optional(),
});
export type AzureImageInputs = z.infer<typeof inputs>;
type Outputs = { version: string };

const AZURE = 'https://management.azure.com';

/** Azure REST API: "Virtual Machine Images - List". Names are versions, which have parts of different lengths. */
async function newest({
  subscriptionId,
  region,
  publisher,
  offer,
  sku,
  elsewhere,
}: AzureImageInputs): Promise<string> {
  const path = `/subscriptions/${subscriptionId}/providers/Microsoft.Compute/locations/${region}/publishers/${publisher}/artifacttypes/vmimage/offers/${offer}/skus/${sku}/versions`;
  const answer = await request(`${elsewhere?.endpoint ?? AZURE}${path}?api-version=2024-11-01`, {
    headers: { authorization: `Bearer ${elsewhere?.token ?? (await login())}` },
  });
  if (answer.statusCode !== 200)
    throw new Error(
      `Azure does not list the images ${publisher}/${offer}/${sku} in ${region} (${answer.statusCode}). ` +
        'Give images of your own under machineImages, or take another region.',
    );
  const versions = (await answer.body.json()) as { name: string }[];
  const parts = (version: string) => version.split('.').map(Number);
  const [last] = versions
    .map(({ name }) => name)
    .sort((a, b) => {
      const [one, other] = [parts(a), parts(b)];
      const at = one.findIndex((part, index) => part !== other[index]);
      return at < 0 ? 0 : (other[at] ?? 0) - (one[at] ?? 0);
    });
  if (last !== undefined) return last;
  throw new Error(
    `${region} has no image ${publisher}/${offer}/${sku}. Give images of your own under machineImages.`,
  );
}

async function login(): Promise<string> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return (await new DefaultAzureCredential().getToken(`${AZURE}/.default`)).token;
}

export const azureImage: Kind<AzureImageInputs, Outputs> = {
  inputs,
  outputs: ['version'],
  replaceOn: ['region', 'publisher', 'offer', 'sku'],
  unimportant: ['subscriptionId', 'elsewhere'],
  async create(wanted) {
    const { region, publisher, offer, sku } = wanted;
    return {
      id: [region, publisher, offer, sku].join('/'),
      outputs: { version: await newest(wanted) },
    };
  },
  read: async () => ({}),
  // Azure keeps a version for years; nothing has to be looked at.
  look: async () => [],
  update: async (_id, { version }) => ({ version }),
  async delete() {},
};
