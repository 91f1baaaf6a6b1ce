/** Both listeners on real sockets: HTTP/2 and 1.1 over TLS, plain HTTP, the store's bytes, Git, the end. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningApi, startApi } from '../../../app/api/server.ts';
import type { ApiSettings } from '../../../app/settings.ts';
import { importKey, issueAuthority, newKey } from '../../../components/provider/x509.ts';
import { type Person, type TestPlatform, testPlatform } from '../../support/platform.ts';
import { freePort } from '../../support/process.ts';

const run = promisify(execFile);
let folder: string;
let platform: TestPlatform;
let ada: Person;
let running: RunningApi;
let http: string;
let https: string;
let settings: ApiSettings;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cove-test-'));
  platform = await testPlatform();
  ada = await platform.person('ada');
  await makeCertificate();
  const exampleRepository = await makeRepository();
  const [plain, tls] = [await freePort(), await freePort()];
  http = `http://127.0.0.1:${plain}`;
  https = `https://127.0.0.1:${tls}`;
  settings = {
    publicUrl: https,
    http: { host: '127.0.0.1', port: plain },
    https: {
      host: '127.0.0.1',
      port: tls,
      certificateFile: join(folder, 'certificate.pem'),
      keyFile: join(folder, 'key.pem'),
    },
    exampleRepository,
  } as ApiSettings;
  platform.platform.trustedGitUrls.push(`${http}/git/example.git`);
  const opened = { platform: platform.platform, close: async () => {} };
  running = await startApi(settings, opened, new AbortController().signal);
});
afterAll(async () => {
  await running?.close();
  await platform?.close();
  await rm(folder, { recursive: true, force: true });
});

async function makeCertificate() {
  const key = await newKey();
  const certificate = await issueAuthority('127.0.0.1', await importKey(key));
  await writeFile(join(folder, 'certificate.pem'), certificate);
  await writeFile(join(folder, 'key.pem'), key);
}

async function makeRepository(): Promise<string> {
  const work = join(folder, 'work');
  await mkdir(work);
  await writeFile(join(work, 'valohai.yaml'), '- step:\n    name: go\n    image: busybox\n    command: ls\n');
  const git = (...args: string[]) =>
    run('git', ['-C', work, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args]);
  await git('init', '-q', '-b', 'main');
  await git('add', '.');
  await git('commit', '-qm', 'first');
  const bare = join(folder, 'example.git');
  await git('clone', '-q', '--bare', work, bare);
  // More refs than fit into one small request, so that Git compresses it.
  for (let i = 0; i < 60; i++) await git('--git-dir', bare, 'branch', `b${i}`, 'main');
  return bare;
}

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, asserted on by the tests themselves
const json = async (answer: Response): Promise<any> => answer.json();

function overHttp2(path: string, headers: Record<string, string>): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const session = connect(https, { rejectUnauthorized: false });
    session.once('error', reject);
    const stream = session.request({ ':path': path, ...headers });
    let status = 0;
    stream.once('response', (got) => {
      status = Number(got[':status']);
    });
    void text(stream).then((body) => {
      session.close();
      resolve({ status, body });
    }, reject);
  });
}

describe('the same application', () => {
  const authorization = () => ({ authorization: `Token ${ada.token}` });
  test('speaks HTTP/2', async () => {
    const answer = await overHttp2('/api/v0/users/me/', authorization());
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body).username).toBe('ada');
  });
  test('gives HTTPS addresses there', async () => {
    await fetch(`${http}/api/v0/projects/`, {
      method: 'POST',
      headers: authorization(),
      body: new URLSearchParams({ name: 'both' }),
    });
    const { body } = await overHttp2('/api/v0/projects/', authorization());
    expect(JSON.parse(body).results[0].url).toMatch(new RegExp(`^${https}/api/v0/projects/`));
  });
  test('speaks HTTP/1.1 over TLS', async () => {
    const body = await new Promise<string>((resolve, reject) => {
      const options = { rejectUnauthorized: false, headers: authorization(), ALPNProtocols: ['http/1.1'] };
      httpsRequest(`${https}/api/v0/users/me/`, options, (answer) => resolve(text(answer)))
        .once('error', reject)
        .end();
    });
    expect(JSON.parse(body).username).toBe('ada');
  });
  test('speaks plain HTTP', async () => {
    const answer = await fetch(`${http}/api/v0/users/me/`, { headers: authorization() });
    expect((await json(answer)).username).toBe('ada');
  });
  test('takes a DELETE with a body and a POST without one', async () => {
    const project = await json(await fetch(`${http}/api/v0/projects/`, { headers: authorization() }));
    const url = project.results[0].url;
    expect((await fetch(`${url}fetch/`, { method: 'POST', headers: authorization() })).status).toBe(200);
    const gone = await fetch(`${url}environment_variable/`, {
      method: 'DELETE',
      headers: { ...authorization(), 'content-type': 'application/json' },
      body: '{"name": "X"}',
    });
    expect(gone.status).toBe(404);
  });
});

describe('signed addresses of the store', () => {
  const content = Buffer.from('0123456789'.repeat(100_000));
  const put = async (key: string, body: Buffer, size = body.length) => {
    const { url, headers } = await platform.platform.storage.presignPut(key, { expires: 60, size });
    return fetch(new URL(url, http), { method: 'PUT', headers, body: new Uint8Array(body) });
  };
  test('take a file and give it back, whole and in part', async () => {
    expect((await put('a/file.bin', content)).status).toBe(201);
    const url = new URL(
      await platform.platform.storage.presignGet('a/file.bin', { expires: 60, filename: 'größe "x".bin' }),
      http,
    );
    const whole = await fetch(url);
    expect(whole.headers.get('content-disposition')).toContain(
      "filename*=UTF-8''gr%C3%B6%C3%9Fe%20%22x%22.bin",
    );
    expect(whole.headers.get('content-security-policy')).toMatch(/^sandbox/);
    const hash = (bytes: ArrayBuffer) => createHash('sha256').update(Buffer.from(bytes)).digest('hex');
    expect(hash(await whole.arrayBuffer())).toBe(createHash('sha256').update(content).digest('hex'));
    const part = await fetch(url, { headers: { range: 'bytes=5-7' } });
    expect([part.status, await part.text(), part.headers.get('content-range')]).toEqual([
      206,
      '567',
      `bytes 5-7/${content.length}`,
    ]);
    const beyond = await fetch(url, { headers: { range: `bytes=${content.length}-` } });
    expect(beyond.status).toBe(416);
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), head.headers.get('accept-ranges')]).toEqual([
      200,
      String(content.length),
      'bytes',
    ]);
    const second = await overHttp2(`${url.pathname}${url.search}`, { range: 'bytes=-3' });
    expect([second.status, second.body]).toEqual([206, '789']);
  });
  test('are good for nothing else', async () => {
    await put('b/file', Buffer.from('b'));
    const get = new URL(await platform.platform.storage.presignGet('b/file', { expires: 60 }), http);
    const { url } = await platform.platform.storage.presignPut('b/file', { expires: 60 });
    const other = new URL(get);
    other.pathname = '/store/a/file.bin';
    const answers = await Promise.all([
      fetch(get, { method: 'PUT', body: 'x' }),
      fetch(new URL(url, http)),
      fetch(other),
      fetch(`${http}/store/b/file`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect(await (await fetch(get)).text()).toBe('b');
  });
  test('take no other size than they were made for', async () => {
    expect((await put('c/file', Buffer.from('four'), 5)).status).toBe(400);
    expect(await platform.platform.storage.head('c/file')).toBeNull();
  });
  test('are gone with their object', async () => {
    const url = await platform.platform.storage.presignGet('never/was', { expires: 60 });
    expect((await fetch(new URL(url, http))).status).toBe(404);
  });
});

describe('the example repository', () => {
  test.each(['0', '2'])('is cloned with protocol %s', async (version) => {
    const to = join(folder, `clone${version}`);
    await run('git', ['-c', `protocol.version=${version}`, 'clone', '-q', `${http}/git/example.git`, to]);
    const { stdout } = await run('git', ['-C', to, 'branch', '-r']);
    expect(stdout.split('\n').length).toBeGreaterThan(60);
    // A second fetch says what it has already, in a long, compressed request.
    await run('git', ['-C', to, '-c', `protocol.version=${version}`, 'fetch', '-q', 'origin']);
  });
  test('is fetched by a project as any other', async () => {
    const headers = { authorization: `Token ${ada.token}` };
    const made = await fetch(`${http}/api/v0/projects/`, {
      method: 'POST',
      headers,
      body: new URLSearchParams({ name: 'example' }),
    });
    const { url } = await json(made);
    await fetch(`${url}repository/`, {
      method: 'PUT',
      headers,
      body: new URLSearchParams({ url: `${http}/git/example.git`, refs: 'main' }),
    });
    const fetched = await json(await fetch(`${url}fetch/`, { method: 'POST', headers }));
    expect(fetched.errors).toEqual([]);
    expect(fetched.commits[0]).toMatchObject({ ref: 'main', has_config: true });
  });
  test('understands a compressed request', async () => {
    const request = '0014command=ls-refs\n00010009peel\n0000';
    const answer = await fetch(`${http}/git/example.git/git-upload-pack`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-git-upload-pack-request',
        'content-encoding': 'gzip',
        'git-protocol': 'version=2',
      },
      body: new Uint8Array(gzipSync(request)),
    });
    expect(await answer.text()).toContain('refs/heads/main');
  });
  test('takes no push', async () => {
    const push = run('git', [
      '-C',
      join(folder, 'work'),
      'push',
      '-q',
      `${http}/git/example.git`,
      'main:evil',
    ]);
    await expect(push).rejects.toThrow(/403|read-only/);
  });
});

test('a taken port is an error, and what was opened is closed', async () => {
  let closed = 0;
  const opened = {
    platform: platform.platform,
    close: async () => {
      closed += 1;
    },
  };
  await expect(startApi(settings, opened, new AbortController().signal)).rejects.toThrow(/EADDRINUSE/);
  expect(closed).toBe(1);
});

test('closes soon, though a browser keeps its connection open', async () => {
  const [plain, tls] = [await freePort(), await freePort()];
  const stop = new AbortController();
  let closed = 0;
  const own = {
    ...settings,
    http: { ...settings.http, port: plain },
    https: { ...settings.https!, port: tls },
  };
  const opened = {
    platform: platform.platform,
    close: async () => {
      closed += 1;
    },
  };
  const api = await startApi(own, opened, stop.signal);
  const session = connect(`https://127.0.0.1:${tls}`, { rejectUnauthorized: false });
  session.on('error', () => {});
  await new Promise((resolve) => session.once('connect', resolve));
  await fetch(`http://127.0.0.1:${plain}/readyz`);
  stop.abort();
  await api.close();
  expect(closed).toBe(1);
  await expect(fetch(`http://127.0.0.1:${plain}/readyz`)).rejects.toThrow();
  session.destroy();
});
