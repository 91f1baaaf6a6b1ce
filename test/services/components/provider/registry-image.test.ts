/** Images copied into a real registry that asks for a password. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registryImage } from '../../../../components/provider/kinds/registry-image.ts';
import { ImageArchive } from '../../../../components/provider/registry/archive.ts';
import { parseReference, parseRepository } from '../../../../components/provider/registry/manifest.ts';
import { writeArchive } from '../../../support/image-archive.ts';
import { lacks } from '../../../support/machine.ts';
import { PASSWORD, type RegistryServer, startRegistry, USERNAME } from '../../../support/registry-server.ts';
import { made, scratch, silent } from '../../../support/resource.ts';

const folder = scratch();
const archive = join(folder, 'image.tar');
const login = { kind: 'file' as const, path: join(folder, 'login.json') };
const source = { kind: 'archive' as const, path: archive };
let registry: RegistryServer;
let digest: string;

beforeAll(async () => {
  if (lacks('docker-registry') !== undefined) return;
  writeFileSync(login.path, JSON.stringify({ username: USERNAME, password: PASSWORD }));
  digest = await writeArchive(archive, randomBytes(3_000_000));
  registry = await startRegistry();
});
afterAll(async () => registry?.stop());

test.skipIf(lacks('docker-registry'))(
  'an image goes from an archive into the registry, is seen there, and is deleted',
  async () => {
    const repository = `${registry.host}/cove-lab`;
    const { id, state } = await made(registryImage, { repository, login, digest, source, tag: '0.1.0' });
    expect(id).toBe(`${repository}@${digest}`);
    expect(state.reference).toBe(id);
    expect(JSON.stringify(state)).not.toContain(PASSWORD);
    const manifest = await fetch(`http://${registry.host}/v2/cove-lab/manifests/0.1.0`, {
      headers: {
        authorization: `Basic ${btoa(`${USERNAME}:${PASSWORD}`)}`,
        accept: 'application/vnd.oci.image.manifest.v1+json',
      },
    });
    expect(manifest.headers.get('docker-content-digest')).toBe(digest);
    expect(await registryImage.read(id, state, silent)).toEqual({});
    await registryImage.delete(id, state, silent);
    expect(await registryImage.read(id, state, silent)).toBeNull();
    await registryImage.delete(id, state, silent);
  },
);

test.skipIf(lacks('docker-registry'))(
  'an image goes from one registry to another by its reference',
  async () => {
    const from = `${registry.host}/vendor/cove`;
    await made(registryImage, { repository: from, login, digest, source });
    const copied = await made(registryImage, {
      repository: `${registry.host}/mirror`,
      login,
      digest,
      source: { kind: 'reference', reference: `${from}@${digest}`, login },
    });
    expect(await registryImage.read(copied.id, copied.state, silent)).toEqual({});
  },
);

test.skipIf(lacks('docker-registry'))('a copy whose connection breaks goes on by itself', async () => {
  let broken = 0;
  const { hostname, port } = new URL(`http://${registry.host}`);
  // Breaks the first sending after a megabyte; everything else goes through.
  const proxy = createServer((from, answer) => {
    const on = request(
      { hostname, port, path: from.url, method: from.method, headers: from.headers },
      (reply) => {
        answer.writeHead(reply.statusCode ?? 500, reply.headers);
        reply.pipe(answer);
      },
    );
    on.on('error', () => from.destroy());
    if (from.method !== 'PATCH') return from.pipe(on);
    let bytes = 0;
    from.on('data', (piece: Buffer) => {
      bytes += piece.length;
      on.write(piece);
      if (broken === 0 && bytes > 1_000_000) {
        broken = bytes;
        from.removeAllListeners('data');
        // What arrived is the registry's; then the line is cut.
        on.write(Buffer.alloc(0), () => on.destroy());
        from.destroy();
      }
    });
    return from.on('end', () => on.end());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  try {
    const { port: at } = proxy.address() as { port: number };
    const file = join(folder, 'other.tar');
    const other = await writeArchive(file, randomBytes(5_000_000));
    const repository = `127.0.0.1:${at}/broken`;
    const { id, state } = await made(registryImage, {
      repository,
      login,
      digest: other,
      source: { kind: 'archive', path: file },
    });
    expect(broken).toBeGreaterThan(0);
    expect(await registryImage.read(id, state, silent)).toEqual({});
  } finally {
    proxy.closeAllConnections();
    proxy.close();
  }
});

test.skipIf(lacks('docker-registry'))(
  'wrong credentials, another image and what is no archive are told in words',
  async () => {
    const wrong = join(folder, 'wrong.json');
    writeFileSync(wrong, JSON.stringify({ username: USERNAME, password: 'guess' }));
    const repository = `${registry.host}/cove-lab`;
    const wanted = { repository, login, digest, source };
    await expect(made(registryImage, { ...wanted, login: { kind: 'file', path: wrong } })).rejects.toThrow(
      /cove-lab: 401/,
    );
    const file = join(folder, 'nothing.tar');
    await expect(made(registryImage, { ...wanted, source: { kind: 'archive', path: file } })).rejects.toThrow(
      'npm run image',
    );
    writeFileSync(file, 'no tar');
    await expect(ImageArchive.open(file)).rejects.toThrow('is no image archive');
    const other = `sha256:${'0'.repeat(64)}`;
    await expect(made(registryImage, { ...wanted, digest: other })).rejects.toThrow('is incomplete');
  },
);

test('references and repositories are parsed strictly', () => {
  expect(parseRepository('localhost:5000/a/b')).toEqual({ host: 'localhost:5000', path: 'a/b' });
  expect(parseReference(`ghcr.io/a/b@sha256:${'a'.repeat(64)}`).repository).toBe('ghcr.io/a/b');
  for (const wrong of ['cove', 'library/cove', 'ghcr.io/', 'ghcr.io/UPPER', 'https://ghcr.io/a'])
    expect(() => parseRepository(wrong), wrong).toThrow('names no repository');
  expect(() => parseReference('ghcr.io/a/b:1')).toThrow('by digest');
});
