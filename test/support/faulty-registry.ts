/** A registry with one image for each fault of it, spoken as the distribution protocol has it; the Engine that pulls is real. */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { Throttle } from './throttle.ts';

const digestOf = (bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';

const LARGE = 4_000_000;

/**
 * Repositories: `busy` answers the Engine 429 twice; `gone` has no manifest; `foreign` is for another processor; `slow`
 * never sends its layer; `throttled` sends it a little at a time, until `hurry`. `large`: more, by their names, of so many
 * bytes each, which travel as a few. `asked`: how often the Engine wanted which manifest.
 */
export async function faultyRegistry(large: Record<string, number> = {}) {
  const blobs = new Map<string, Buffer>();
  const keep = (mediaType: string, bytes: Buffer) => {
    blobs.set(digestOf(bytes), bytes);
    return { mediaType, size: bytes.length, digest: digestOf(bytes) };
  };
  // Each its own layer: the Engine fetches one that two images share but once.
  const images = new Map<string, { manifest: Buffer; layer: string }>();
  for (const name of ['busy', 'foreign', 'slow', 'throttled', ...Object.keys(large)]) {
    const tar = pack();
    tar.entry(
      { name: 'file' },
      name === 'throttled' ? randomBytes(LARGE) : `made for one test: ${name} ${Math.random()}`,
    );
    tar.entry({ name: 'zeros' }, Buffer.alloc(large[name] ?? 0));
    tar.finalize();
    const plain = Buffer.concat(await Array.fromAsync(tar as AsyncIterable<Buffer>));
    const architecture = name === 'foreign' ? 's390x' : 'amd64';
    const config = { architecture, os: 'linux', rootfs: { type: 'layers', diff_ids: [digestOf(plain)] } };
    const layer = keep('application/vnd.docker.image.rootfs.diff.tar.gzip', gzipSync(plain));
    const about = {
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: keep('application/vnd.docker.container.image.v1+json', Buffer.from(JSON.stringify(config))),
      layers: [layer],
    };
    images.set(name, { manifest: Buffer.from(JSON.stringify(about)), layer: layer.digest });
  }
  const { manifest: there } = images.get('foreign')!;
  const platform = { architecture: 's390x', os: 'linux' };
  const list = { schemaVersion: 2, mediaType: LIST, manifests: [{ ...keep(MANIFEST, there), platform }] };
  const foreign = Buffer.from(JSON.stringify(list));
  const asked: Record<string, number> = {};
  const throttle = new Throttle();
  const server = createServer((request, response) => {
    const [, name = '', kind, reference = ''] =
      /^\/v2\/(\w+)\/(manifests|blobs)\/(.+)$/.exec(request.url ?? '') ?? [];
    if (kind === undefined) return void response.writeHead(200).end('{}');
    const refuse = (status: number, code: string) =>
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(JSON.stringify({ errors: [{ code, message: code.toLowerCase().replaceAll('_', ' ') }] }));
    const give = (bytes: Buffer, type: string) => {
      const headers = {
        'content-type': type,
        'content-length': bytes.length,
        'docker-content-digest': digestOf(bytes),
      };
      response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : bytes);
    };
    if (kind === 'manifests') {
      // The worker, too, looks how large it is, and may be refused.
      const isPull = request.headers['user-agent']?.startsWith('docker/') === true;
      asked[name] = (asked[name] ?? 0) + (isPull ? 1 : 0);
      if (name === 'gone') return void refuse(404, 'MANIFEST_UNKNOWN');
      if (name === 'busy' && asked[name] <= 2) return void refuse(429, 'TOOMANYREQUESTS');
      if (name === 'foreign') return give(foreign, LIST);
      return give(images.get(name)!.manifest, MANIFEST);
    }
    if (name === 'slow' && reference === images.get('slow')!.layer) {
      // Begun, and never ended.
      response.writeHead(200, { 'content-length': 1_000_000 });
      return void response.write(Buffer.alloc(10));
    }
    const blob = blobs.get(reference);
    if (blob === undefined) return void refuse(404, 'BLOB_UNKNOWN');
    if (name === 'throttled' && reference === images.get(name)!.layer) {
      response.writeHead(200, { 'content-length': blob.length });
      return void throttle.send(blob, response);
    }
    give(blob, 'application/octet-stream');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    hurry: () => throttle.hurry(),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
