/** Which images an installation runs, by digest, and where they are got from. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RunError } from '@pulumi/pulumi';
import type { Config } from '../config/schema.ts';
import type { RegistryImageInputs } from './provider/kinds/registry-image.ts';

export const IMAGES = ['platform', 'vault'] as const;
export type ImageSource = Pick<RegistryImageInputs, 'digest' | 'source'>;
export type ImageSources = Record<(typeof IMAGES)[number], ImageSource>;

/** Where `npm run image` puts archives and their digests. */
const BUILT = fileURLToPath(new URL('../.cove/image', import.meta.url));

export function imageSources(
  given: Exclude<Config, { target: 'local' }>['images'],
  folder = BUILT,
): ImageSources {
  return {
    platform: sourceOf('platform', given.platform, folder),
    vault: sourceOf('vault', given.vault, folder),
  };
}

/** The one image that a worker stack needs, for its scaler. */
export const platformSource = (given: { platform?: string | undefined }): ImageSource =>
  sourceOf('platform', given.platform, BUILT);

function sourceOf(name: (typeof IMAGES)[number], reference: string | undefined, folder: string): ImageSource {
  if (reference === undefined)
    return {
      digest: builtDigest(folder, name),
      source: { kind: 'archive', path: join(folder, `${name}.tar`) },
    };
  return {
    digest: reference.slice(reference.indexOf('@') + 1),
    source: { kind: 'reference', reference, login: { kind: 'none' } },
  };
}

function builtDigest(folder: string, name: string): string {
  let digests: Record<string, string | undefined>;
  try {
    digests = JSON.parse(readFileSync(join(folder, 'digests.json'), 'utf8'));
  } catch {
    throw new RunError(
      `There is no image in ${folder}. Build it with \`npm run image\`, or name images.platform and images.vault in the config.`,
    );
  }
  const digest = digests[name];
  if (digest === undefined)
    throw new RunError(`${folder} holds no image ${name}. Build it again with \`npm run image\`.`);
  // Machines of the clouds' stacks have x86-64 processors.
  if (digests.architecture !== 'x64')
    throw new RunError(
      `The images in ${folder} are for ${digests.architecture}; build them on a machine with x86-64.`,
    );
  return digest;
}
