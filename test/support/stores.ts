/** Real object stores of a test's own, each empty, behind the port of app/platform/storage/store.ts. */
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import storeRoutes from '../../app/api/routes/store.ts';
import type { ObjectStore } from '../../app/platform/storage/store.ts';
import { passOn } from '../fakes/azure/server.ts';
import { tokenOf } from '../fakes/azure/tokens.ts';
import { azureServer, gcsServer, s3Server } from '../setup/stores.ts';
import { testCertificates } from './certificates.ts';
import { freePort, startServer } from './process.ts';

export interface TestStore {
  store: ObjectStore;
  /** Of presigned addresses that are only paths. */
  base: string;
  /** What a person tells of it to make it a data store; none of `fs`. */
  request?: { type: string; configuration: Record<string, unknown> };
  stop(): Promise<void>;
}
export const S3_LOGIN = { accessKeyId: 'tester', secretAccessKey: 'only for tests' };
export const ACCOUNT = 'devstoreaccount1';
/** Azurite's published one; it knows no other by itself. */
const ACCOUNT_KEY =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

const answers = (url: string) => async () =>
  fetch(url).then(
    () => true,
    () => false,
  );
const folderOf = (name: string) => mkdtemp(join(tmpdir(), `cove-${name}-`));

/** An S3 server with this bucket, and where it is. */
export async function startS3(
  bucket: string,
): Promise<{ endpoint: string; folder: string; pid: number; stop(): Promise<void> }> {
  const folder = await folderOf('s3');
  await mkdir(join(folder, bucket));
  const port = await freePort();
  const { accessKeyId, secretAccessKey } = S3_LOGIN;
  const login = ['--access', accessKeyId, '--secret', secretAccessKey];
  // As real stores do; this one would close after each answer.
  const kept = ['--keep-alive', '--quiet', 'posix', folder];
  const args = ['--port', `127.0.0.1:${port}`, '--region', 'us-east-1', ...login, ...kept];
  const endpoint = `http://127.0.0.1:${port}`;
  const server = await startServer(await s3Server(), args, answers(endpoint));
  return {
    endpoint,
    folder,
    pid: server.child.pid ?? 0,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function s3(): Promise<TestStore> {
  const { openS3 } = await import('../../app/platform/storage/s3.ts');
  const { endpoint, stop } = await startS3('data');
  const store = openS3({ bucket: 'data', region: 'us-east-1', endpoint, credentials: S3_LOGIN });
  const configuration = {
    bucket: 'data',
    endpoint_url: endpoint,
    access_key_id: S3_LOGIN.accessKeyId,
    secret_access_key: S3_LOGIN.secretAccessKey,
  };
  return { store, base: endpoint, request: { type: 's3', configuration }, stop };
}

/** `publicHost`: under which name its objects are asked for, besides its own address. */
export async function startGcs(
  buckets: string[],
  publicHost?: string,
): Promise<{ base: string; port: number; stop(): Promise<void> }> {
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const args = ['-scheme', 'http', '-host', '127.0.0.1', '-port', String(port), '-backend', 'memory'];
  const outside = publicHost === undefined ? base : `https://${publicHost}`;
  const server = await startServer(
    await gcsServer(),
    [...args, '-external-url', outside, '-public-host', publicHost ?? `127.0.0.1:${port}`],
    answers(`${base}/storage/v1/b?project=test`),
  );
  for (const name of buckets)
    await fetch(`${base}/storage/v1/b?project=test`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name }),
    });
  return { base, port, stop: () => server.stop() };
}

async function gcs(): Promise<TestStore> {
  const { openGcs } = await import('../../app/platform/storage/gcs.ts');
  const { base, stop } = await startGcs(['data']);
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const credentials = { client_email: 'tester@example.iam.gserviceaccount.com', private_key: privateKey };
  return {
    store: openGcs({ bucket: 'data', endpoint: base, credentials }),
    base,
    request: {
      type: 'google',
      configuration: { bucket: 'data', endpoint_url: base, service_account: JSON.stringify(credentials) },
    },
    stop,
  };
}

async function azure(): Promise<TestStore> {
  const { openAzure } = await import('../../app/platform/storage/azure.ts');
  const { BlobServiceClient, StorageSharedKeyCredential } = await import('@azure/storage-blob');
  const folder = await folderOf('azure');
  const port = await freePort();
  const where = ['--blobHost', '127.0.0.1', '--blobPort', String(port), '--location', folder];
  const quiet = ['--silent', '--skipApiVersionCheck', '--disableTelemetry'];
  const endpoint = `http://127.0.0.1:${port}/${ACCOUNT}`;
  const server = await startServer(
    process.execPath,
    [await azureServer(), ...where, ...quiet],
    answers(endpoint),
    // It reads five hundred files before it listens.
    120,
  );
  const login = new StorageSharedKeyCredential(ACCOUNT, ACCOUNT_KEY);
  await new BlobServiceClient(endpoint, login).createContainer('data');
  const credentials = { accountKey: ACCOUNT_KEY };
  return {
    store: await openAzure({ account: ACCOUNT, bucket: 'data', endpoint, credentials }),
    base: endpoint,
    request: {
      type: 'azure',
      configuration: {
        account_name: ACCOUNT,
        container: 'data',
        account_key: ACCOUNT_KEY,
        endpoint_url: endpoint,
      },
    },
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Azurite as an account under its real name, asked by identities; over HTTP that says HTTPS, as behind something that has
 * ended TLS. Source of what it believes: Azurite, "OAuth".
 */
export async function startBlobs(
  account: string,
  containers: string[],
): Promise<{ host: string; port: number; stop(): Promise<void> }> {
  const folder = await folderOf('blobs');
  const host = `${account}.blob.core.windows.net`;
  const [port, certificates] = await Promise.all([freePort(), testCertificates([host])]);
  const where = ['--blobHost', '127.0.0.1', '--blobPort', String(port), '--location', folder];
  const tls = ['--oauth', 'basic', '--cert', certificates.certificateFile, '--key', certificates.keyFile];
  const quiet = ['--silent', '--skipApiVersionCheck', '--disableTelemetry'];
  const server = await startServer(
    'env',
    [
      `AZURITE_ACCOUNTS=${account}:${ACCOUNT_KEY}`,
      process.execPath,
      await azureServer(),
      ...where,
      ...tls,
      ...quiet,
    ],
    () =>
      new Promise((resolve) => {
        const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
        socket.on('connect', () => socket.destroy());
      }),
    120,
  );
  const front = createServer((request, response) => passOn(request, response, { port, tls: true }));
  front.listen(0, '127.0.0.1');
  await new Promise((resolve) => front.once('listening', resolve));
  const at = (front.address() as AddressInfo).port;
  const authorization = `Bearer ${tokenOf({ oid: 'maker' }, 'https://storage.azure.com/')}`;
  for (const container of containers) {
    const headers = { host, authorization, 'x-ms-version': '2021-12-02', 'content-length': '0' };
    const asked = request({ port: at, method: 'PUT', path: `/${container}?restype=container`, headers });
    const [answer] = await once(asked.end(), 'response');
    if (answer.statusCode !== 201) throw new Error(`Azurite answers ${answer.statusCode} to a container`);
    answer.resume();
  }
  return {
    host,
    port: at,
    async stop() {
      front.close();
      front.closeAllConnections();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** With the API's own routes before it: they serve its addresses. */
async function fs(): Promise<TestStore> {
  const { openFsStore } = await import('../../app/platform/storage/fs.ts');
  const folder = await folderOf('fs');
  const store = openFsStore({ folder, signingKey: 'only for tests' });
  const app = Fastify();
  app.setValidatorCompiler(() => (value) => ({ value }));
  app.setSerializerCompiler(() => JSON.stringify);
  app.setErrorHandler((error: { code?: string; message: string }, _request, reply) => {
    const status = { invalid: 400, forbidden: 403, not_found: 404, unavailable: 503 }[error.code ?? ''];
    return reply.code(status ?? 500).send({ message: error.message });
  });
  await app.register(storeRoutes as never, { platform: { storage: store } } as never);
  const base = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    store,
    base,
    async stop() {
      await app.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const STORES = { fs, s3, gcs, azure } satisfies Record<string, () => Promise<TestStore>>;
export type StoreKind = keyof typeof STORES;

/** A proxy that cuts connections: `share` of the requests break off at a random point, in either direction. */
export async function cuttingProxy(target: string, share: number, random: () => number) {
  const to = new URL(target);
  let cuts = 0;
  const server = createServer((incoming, answer) => {
    const cut = random() < share;
    // Early, in the middle of a large body, or after all was sent but before the answer.
    const after = cut
      ? Math.floor(random() * 2 * Number(incoming.headers['content-length'] ?? 1_000_000))
      : 0;
    let seen = 0;
    const breakOff = () => {
      cuts++;
      incoming.socket.destroy();
      outgoing.destroy();
    };
    const count = (chunk: Buffer) => {
      seen += chunk.length;
      if (cut && seen > after) breakOff();
    };
    const { method = 'GET', url = '/', headers } = incoming;
    const options = { host: to.hostname, port: to.port, method, path: url, headers };
    const outgoing = request(options, (response) => {
      if (cut && seen <= after && Number(response.headers['content-length'] ?? 0) < after) return breakOff();
      answer.writeHead(response.statusCode ?? 500, response.headers);
      response.on('data', count).on('error', () => answer.destroy());
      response.pipe(answer);
    });
    outgoing.on('error', () => answer.destroy());
    answer.on('error', () => {});
    incoming.on('error', () => outgoing.destroy());
    incoming.on('data', count);
    incoming.pipe(outgoing);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cuts: () => cuts,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
