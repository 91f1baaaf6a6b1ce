/** A small image in an OCI archive, as `docker save` and image builders write it. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';

const digestOf = (content: Buffer | string) => `sha256:${createHash('sha256').update(content).digest('hex')}`;

/** Writes the archive; returns the image's digest. `layer`: what its one layer holds. */
export async function writeArchive(file: string, layer: Buffer): Promise<string> {
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: [] },
  });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: descriptor('application/vnd.oci.image.config.v1+json', config),
    layers: [descriptor('application/vnd.oci.image.layer.v1.tar', layer)],
  });
  const index = JSON.stringify({
    schemaVersion: 2,
    manifests: [descriptor('application/vnd.oci.image.manifest.v1+json', manifest)],
  });
  const tar = pack();
  const add = (name: string, content: Buffer | string) => tar.entry({ name }, content);
  add('oci-layout', '{"imageLayoutVersion":"1.0.0"}');
  for (const blob of [layer, Buffer.from(config), Buffer.from(manifest)]) {
    add(`blobs/${digestOf(blob).replace(':', '/')}`, blob);
  }
  add('index.json', index);
  tar.finalize();
  await pipeline(tar, createWriteStream(file));
  return digestOf(manifest);
}

function descriptor(mediaType: string, content: Buffer | string) {
  return { mediaType, digest: digestOf(content), size: Buffer.byteLength(content) };
}
