/** What `docker save` writes, as an OCI archive: with the digest under which every registry will serve it. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { run } from '../run.js';

const OCI = 'application/vnd.oci.image';
/** Of gzip: the layers are mostly programs, which more effort hardly makes smaller. */
const LEVEL = 4;

/** @typedef {{ mediaType: string, digest: string, size: number }} Descriptor */

/**
 * @param {string} saved folder with an unpacked `docker save` of one image
 * @param {string} archive the tar file to write
 * @param {string} work an empty folder
 * @returns {Promise<string>} the manifest's digest
 */
export async function toOciArchive(saved, archive, work) {
  const blobs = path.join(work, 'blobs', 'sha256');
  fs.mkdirSync(blobs, { recursive: true });
  const [image] = JSON.parse(fs.readFileSync(path.join(saved, 'manifest.json'), 'utf8'));
  const config = fs.readFileSync(path.join(saved, image.Config));
  /** @type {Descriptor[]} */
  const layers = [];
  for (const layer of image.Layers) layers.push(await compress(path.join(saved, layer), blobs));
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: `${OCI}.manifest.v1+json`,
      config: put(config, `${OCI}.config.v1+json`, blobs),
      layers,
    }),
  );
  const described = put(manifest, `${OCI}.manifest.v1+json`, blobs);
  const index = { schemaVersion: 2, mediaType: `${OCI}.index.v1+json`, manifests: [described] };
  fs.writeFileSync(path.join(work, 'index.json'), JSON.stringify(index));
  fs.writeFileSync(path.join(work, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await run('tar', ['-C', work, '-c', '-f', archive, 'oci-layout', 'index.json', 'blobs']);
  return described.digest;
}

/**
 * @param {Buffer} bytes
 * @param {string} mediaType
 * @param {string} blobs
 * @returns {Descriptor}
 */
function put(bytes, mediaType, blobs) {
  const hash = createHash('sha256').update(bytes).digest('hex');
  fs.writeFileSync(path.join(blobs, hash), bytes);
  return { mediaType, digest: `sha256:${hash}`, size: bytes.length };
}

/**
 * @param {string} layer
 * @param {string} blobs
 * @returns {Promise<Descriptor>}
 */
async function compress(layer, blobs) {
  const draft = path.join(blobs, 'draft');
  const hash = createHash('sha256');
  await pipeline(
    fs.createReadStream(layer),
    createGzip({ level: LEVEL }),
    async function* (source) {
      for await (const chunk of source) {
        hash.update(chunk);
        yield chunk;
      }
    },
    fs.createWriteStream(draft),
  );
  const name = hash.digest('hex');
  fs.renameSync(draft, path.join(blobs, name));
  const { size } = fs.statSync(path.join(blobs, name));
  return { mediaType: `${OCI}.layer.v1.tar+gzip`, digest: `sha256:${name}`, size };
}
