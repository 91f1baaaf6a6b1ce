/** Copies an image by digest: what the registry holds already is not sent again, so a copy cut short is taken up. */
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { ImageArchive } from './archive.ts';
import { Repository } from './client.ts';
import { credentialsOf, type Login } from './login.ts';
import { type Descriptor, parseReference, parseRepository, partsOf } from './manifest.ts';

/** Where images come from. */
export interface Source {
  manifest(digest: string): Promise<{ text: string; mediaType: string | undefined }>;
  open(digest: string): Promise<Readable>;
}

export async function archiveSource(file: string): Promise<Source> {
  const archive = await ImageArchive.open(file);
  const root = await archive.root();
  return {
    async manifest(digest) {
      const text = await archive.read(digest);
      const { mediaType } = JSON.parse(text) as { mediaType?: string };
      return { text, mediaType: mediaType ?? (digest === root.digest ? root.mediaType : undefined) };
    },
    open: (digest) => archive.open(digest),
  };
}

export async function referenceSource(reference: string, login: Login): Promise<Source> {
  const { repository } = parseReference(reference);
  const from = new Repository(parseRepository(repository), await credentialsOf(login));
  return {
    async manifest(digest) {
      const found = await from.manifest(digest);
      if (found === null) throw new Error(`There is no image ${repository}@${digest}.`);
      return found;
    },
    open: (digest) => from.openBlob(digest),
  };
}

/** Copies the image or the index `digest` with all that belongs to it; `tag` is put on it last. */
export async function copyImage(
  source: Source,
  to: Repository,
  digest: string,
  say: (line: string) => void,
  tag?: string,
): Promise<void> {
  const { text, mediaType } = await source.manifest(digest);
  const real = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  if (real !== digest) throw new Error(`The manifest that should be ${digest} is ${real}.`);
  const { blobs, manifests } = partsOf(text);
  for (const child of manifests) await copyImage(source, to, child.digest, say);
  for (const [index, blob] of blobs.entries()) {
    if (await to.hasBlob(blob.digest)) continue;
    say(`part ${index + 1} of ${blobs.length} (${megabytes(blob)} MB)`);
    await to.putBlob(blob, () => source.open(blob.digest));
  }
  const type = mediaType ?? fallback(manifests);
  await to.putManifest(digest, text, type);
  if (tag !== undefined) await to.putManifest(tag, text, type);
}

const megabytes = ({ size }: Descriptor) => (size / 1_000_000).toFixed(1);
const fallback = (manifests: Descriptor[]) =>
  manifests.length > 0
    ? 'application/vnd.oci.image.index.v1+json'
    : 'application/vnd.oci.image.manifest.v1+json';
