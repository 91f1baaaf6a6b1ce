/** What an image is made of, as the OCI image specification (v1.1) and Docker's schema 2 say it. */

export interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
}
/** The parts of an image, or the images of an index. */
export interface Parts {
  blobs: Descriptor[];
  manifests: Descriptor[];
}

export const MANIFEST_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
export const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Throws where it is neither an image nor an index. */
export function partsOf(manifest: string): Parts {
  const { config, layers, manifests } = JSON.parse(manifest) as {
    config?: Descriptor;
    layers?: (Descriptor & { urls?: string[] })[];
    manifests?: Descriptor[];
  };
  if (manifests !== undefined) return { blobs: [], manifests };
  if (config === undefined || layers === undefined)
    throw new Error('A manifest is neither an image nor an index of images.');
  // The same layer may stand in an image twice.
  const blobs = new Map([config, ...layers].map((blob) => [blob.digest, blob]));
  return { blobs: [...blobs.values()], manifests: [] };
}

export interface Address {
  /** `host` or `host:port`. */
  host: string;
  /** Path of the repository on it. */
  path: string;
}

/** `registry.example.com/team/cove` in parts. Throws where no registry is named. */
export function parseRepository(repository: string): Address {
  const slash = repository.indexOf('/');
  const host = repository.slice(0, Math.max(slash, 0));
  const path = repository.slice(slash + 1);
  if (!/[.:]|^localhost$/.test(host) || !/^[a-z0-9]+([._/-]+[a-z0-9]+)*$/.test(path)) {
    throw new Error(
      `"${repository}" names no repository in a registry; needed is such as registry.example.com/team/cove.`,
    );
  }
  return { host, path };
}

/** `REPOSITORY@sha256:…` in parts. Throws where it is no reference by digest. */
export function parseReference(reference: string): { repository: string; digest: string } {
  const at = reference.lastIndexOf('@');
  const digest = reference.slice(at + 1);
  if (at < 1 || !DIGEST.test(digest)) {
    throw new Error(`"${reference}" names no image by digest; needed is such as host/name@sha256:….`);
  }
  const repository = reference.slice(0, at);
  parseRepository(repository);
  return { repository, digest };
}
