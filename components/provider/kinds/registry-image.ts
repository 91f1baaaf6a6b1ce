/**
 * An image in a repository of a registry, by digest: copied from an OCI archive or from another registry before any
 * host needs it. Credentials are got with the operator's own login and never reach the state.
 */
import { z } from 'zod';
import type { Context, Kind } from '../kind.ts';
import { Repository } from '../registry/client.ts';
import { archiveSource, copyImage, referenceSource } from '../registry/copy.ts';
import { credentialsOf, Login } from '../registry/login.ts';
import { DIGEST, parseReference, parseRepository } from '../registry/manifest.ts';

const inputs = z.strictObject({
  /** Where it goes, without scheme and tag: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/cove-prod`. */
  repository: z.string(),
  login: Login,
  /** Of the image, or of an index of images for several processors. */
  digest: z.string().regex(DIGEST, 'must be sha256:… with 64 hexadecimal digits'),
  /** Put on it besides, for people. */
  tag: z
    .string()
    .regex(/^\w[\w.-]{0,127}$/)
    .optional(),
  /** An OCI archive on the operator's machine, or a reference by digest in another registry. */
  source: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('archive'), path: z.string().startsWith('/') }),
    z.strictObject({ kind: z.literal('reference'), reference: z.string(), login: Login }),
  ]),
});
export type RegistryImageInputs = z.infer<typeof inputs>;
type Outputs = { reference: string };

const repositoryOf = async ({ repository, login }: Pick<RegistryImageInputs, 'repository' | 'login'>) =>
  new Repository(parseRepository(repository), await credentialsOf(login));

async function copy(wanted: RegistryImageInputs, { log }: Context): Promise<Outputs> {
  const { repository, digest, source, tag } = wanted;
  if (source.kind === 'reference' && parseReference(source.reference).digest !== digest) {
    throw new Error(`${source.reference} is not the image ${digest} that is wanted.`);
  }
  const from =
    source.kind === 'archive'
      ? await archiveSource(source.path)
      : await referenceSource(source.reference, source.login);
  await copyImage(from, await repositoryOf(wanted), digest, (line) => log(line, { passing: true }), tag);
  return { reference: `${repository}@${digest}` };
}

export const registryImage: Kind<RegistryImageInputs, Outputs> = {
  inputs,
  outputs: ['reference'],
  // Another digest is another image: hosts go over to it before the old one is deleted.
  replaceOn: ['repository', 'digest'],
  keepsOldUntilReplaced: true,
  // Each machine has its own copy of the same image.
  unimportant: ['source'],
  async create(wanted, context) {
    const { reference } = await copy(wanted, context);
    return { id: reference, outputs: { reference } };
  },
  async read(_id, state) {
    const there = await (await repositoryOf(state)).hasManifest(state.digest);
    return there ? {} : null;
  },
  update: (_id, _olds, wanted, context) => copy(wanted, context),
  async delete(_id, state) {
    await (await repositoryOf(state)).deleteManifest(state.digest);
  },
};
