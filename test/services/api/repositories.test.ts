import { execFileSync } from 'node:child_process';
import { access, readdir, rm } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureSnapshot } from '../../../app/core/commits/ensure-snapshot.ts';
import {
  type Person,
  type TestApp,
  type TestPlatform,
  testApp,
  testPlatform,
} from '../../support/platform.ts';
import { type GitHost, type GitRepository, startGitHost } from '../../support/sshd.ts';

let platform: TestPlatform;
let api: TestApp;
let host: GitHost;
let ada: Person;
const YAML = (command: string) => `- step:\n    name: go\n    image: busybox\n    command: ${command}\n`;
beforeAll(async () => {
  platform = await testPlatform();
  api = await testApp(platform.platform);
  ada = await platform.person('ada');
  host = await startGitHost();
  platform.platform.trustedGitUrls.push(`127.0.0.1:${host.port}`);
});
afterAll(async () => {
  await host?.close();
  await api?.close();
  await platform?.close();
});

let n = 0;
async function projectOf(
  repository: GitRepository | string,
  more: { refs?: string[]; authorize?: boolean } = {},
) {
  n += 1;
  const { body: project } = await api.call('POST', '/api/v0/projects/', { as: ada, form: { name: `p${n}` } });
  const url = typeof repository === 'string' ? repository : repository.sshUrl;
  const set = await api.call('PUT', `/api/v0/projects/${project.id}/repository/`, {
    as: ada,
    json: { url, refs: more.refs ?? [] },
  });
  expect(set.status).toBe(200);
  if (more.authorize ?? true) await host.authorize(set.body.public_key);
  return project.id as string;
}
const fetchIt = async (id: string) =>
  (await api.call('POST', `/api/v0/projects/${id}/fetch/`, { as: ada })).body;
const commits = async (id: string) =>
  (await api.call('GET', `/api/v0/projects/${id}/commits/`, { as: ada })).body;

async function filesOf(key: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  const tar = extract();
  const stream = (await platform.platform.storage.get(key)).pipe(createGunzip()).pipe(tar);
  for await (const entry of tar) files[entry.header.name] = (await buffer(entry)).toString();
  void stream;
  return files;
}

test('a refused key is told; once it is added, branches and tags arrive with their configuration', async () => {
  const repository = await host.repository('first', { 'valohai.yaml': YAML('ls') });
  const first = await repository.commit({ 'valohai.yaml': YAML('echo two') }, { tag: 'v2' });
  const id = await projectOf(repository, { authorize: false });
  const refused = await fetchIt(id);
  expect(refused.commits).toEqual([]);
  expect(refused.errors[0]).toMatch(/refused the deploy key/);
  const shown = await api.call('GET', `/api/v0/projects/${id}/repository/`, { as: ada });
  expect(shown.body.last_error).toBe(refused.errors[0]);

  await host.authorize(shown.body.public_key);
  const fetched = await fetchIt(id);
  expect(fetched.errors).toEqual([]);
  expect(fetched.commits).toHaveLength(1);
  expect(fetched.commits[0]).toMatchObject({
    identifier: first,
    ref: 'main',
    ref_names: ['main', 'v2'],
    has_config: true,
  });
  const again = await fetchIt(id);
  expect(again).toEqual({ commits: [], errors: [] });
  const after = await api.call('GET', `/api/v0/projects/${id}/repository/`, { as: ada });
  expect(after.body.last_error).toBeNull();
  expect(after.body.last_fetch).toMatch(/^20/);
});

test('the private key is in Vault and on no disk', async () => {
  const id = await projectOf(await host.repository('keys', { 'valohai.yaml': YAML('ls') }));
  await fetchIt(id);
  const kept = await platform.platform.secrets.get(`projects/${id}/deploy-key`);
  expect(kept.private_key).toMatch(/^-----BEGIN OPENSSH PRIVATE KEY-----/);
  const files = await readdir(platform.scratch, { recursive: true });
  expect(files.filter((file) => /key-/.test(file))).toEqual([]);
});

test('branches move, older commits stay, vanished branches lose their name', async () => {
  const repository = await host.repository('moving', { 'valohai.yaml': YAML('one') });
  await repository.commit({ x: '1' }, { branch: 'side' });
  const id = await projectOf(repository);
  expect((await fetchIt(id)).commits).toHaveLength(2);
  const second = await repository.commit({ 'valohai.yaml': YAML('two') }, { branch: 'main' });
  execFileSync('git', ['--git-dir', repository.path, 'branch', '-D', 'side']);
  const fetched = await fetchIt(id);
  expect(fetched.commits.map((c: { identifier: string }) => c.identifier)).toEqual([second]);
  const all = await commits(id);
  expect(all).toHaveLength(3);
  const named = all.filter((c: { ref_names: string[] }) => c.ref_names.length > 0);
  expect(named.map((c: { identifier: string }) => c.identifier)).toEqual([second]);
});

test('only the named branches and tags are fetched', async () => {
  const repository = await host.repository('chosen', { a: '1' });
  await repository.commit({ b: '1' }, { branch: 'dev' });
  const tagged = await repository.commit({ c: '1' }, { branch: 'other', tag: 'v1' });
  const id = await projectOf(repository, { refs: ['v1'] });
  const { commits: fetched } = await fetchIt(id);
  expect(fetched.map((c: { identifier: string }) => c.identifier)).toEqual([tagged]);
  expect(fetched[0]).toMatchObject({ ref: 'v1', has_config: false });
  expect(fetched[0].config_error).toMatch(/no valohai\.yaml/);
});

test('a snapshot is the whole commit, and outlives repository and mirror', async () => {
  const repository = await host.repository('snapshot', {
    'valohai.yaml': YAML('ls'),
    '.gitattributes': 'secret.txt export-ignore\nversion.txt export-subst\n',
    'secret.txt': 'still here',
    'version.txt': '$Format:%H$',
  });
  const old = await repository.commit({ n: '1' });
  const id = await projectOf(repository);
  const { commits: fetched } = await fetchIt(id);
  const snapshot = await ensureSnapshot(ada.context, { commitId: fetched[0].id });
  await repository.remove();
  await rm(`${platform.scratch}/mirrors`, { recursive: true });
  expect(await ensureSnapshot(ada.context, { commitId: fetched[0].id })).toEqual(snapshot);
  expect(await filesOf(snapshot.key)).toMatchObject({
    n: '1',
    'secret.txt': 'still here',
    'version.txt': '$Format:%H$',
  });
  expect(fetched[0].identifier).toBe(old);
  expect((await fetchIt(id)).errors[0]).toMatch(/no repository at/);
});

test('a vanished mirror is fetched again when a snapshot is needed, a vanished snapshot taken again', async () => {
  const repository = await host.repository('vanish', { 'valohai.yaml': YAML('ls') });
  const id = await projectOf(repository);
  const { commits: fetched } = await fetchIt(id);
  const lost = { snapshot_key: null, snapshot_sha256: null, snapshot_size: null };
  await platform.platform.db.updateTable('commits').set(lost).where('id', '=', fetched[0].id).execute();
  await rm(`${platform.scratch}/mirrors`, { recursive: true });
  const snapshot = await ensureSnapshot(ada.context, { commitId: fetched[0].id });
  expect(await filesOf(snapshot.key)).toHaveProperty('valohai.yaml');
  await platform.platform.storage.delete(snapshot.key);
  expect(await ensureSnapshot(ada.context, { commitId: fetched[0].id })).toMatchObject({ key: snapshot.key });
  expect(await filesOf(snapshot.key)).toHaveProperty('valohai.yaml');
  await platform.platform.db.updateTable('commits').set(lost).where('id', '=', fetched[0].id).execute();
  await rm(`${platform.scratch}/mirrors`, { recursive: true });
  await repository.remove();
  await expect(ensureSnapshot(ada.context, { commitId: fetched[0].id })).rejects.toThrow(/no repository at/);
});

/** A commit of what an honest client never makes, on the host's own repository. */
function forge(repository: GitRepository, files: [mode: string, path: string, content: string][]): string {
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const entries = files.map(([mode, path, content]) =>
    mode === '160000' ? `M ${mode} ${content} ${path}\n` : `M ${mode} inline ${path}\n${data(content)}`,
  );
  const input = `commit refs/heads/main\ncommitter A <a@b.c> 1700000000 +0000\n${data('forged')}deleteall\n${entries.join('')}`;
  const git = (args: string[], options = {}) =>
    execFileSync('git', ['--git-dir', repository.path, ...args], { encoding: 'utf8', ...options });
  git(['fast-import', '--quiet', '--force'], { input });
  return git(['rev-parse', 'main']).trim();
}

test('20, 24: large files of LFS, submodules, links, hooks, odd names are what they are in the commit: nothing is followed or run', async () => {
  const repository = await host.repository('odd', { a: '1' });
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 9\n`;
  const ran = `${platform.scratch}/ran`;
  const commit = forge(repository, [
    ['100644', 'valohai.yaml', YAML('ls')],
    ['100644', '.gitattributes', '*.bin filter=lfs diff=lfs merge=lfs -text\n* ident\n'],
    ['100644', 'model.bin', pointer],
    ['100644', '.gitmodules', `[submodule "s"]\n\tpath = s\n\turl = ext::touch ${ran}\n`],
    ['160000', 's', '0123456789012345678901234567890123456789'],
    ['120000', 'passwd', '/etc/passwd'],
    ['100755', 'hooks/post-checkout', `#!/bin/sh\ntouch ${ran}\n`],
    ['100644', '--upload-pack=touch', 'x'],
  ]);
  const names = ['--upload-pack=touch', '$(>ran)', '`>ran`;>ran'];
  for (const name of names)
    execFileSync('git', ['--git-dir', repository.path, 'update-ref', `refs/heads/${name}`, commit]);
  const id = await projectOf(repository);
  const { commits: fetched, errors } = await fetchIt(id);
  expect(errors).toEqual([]);
  expect(fetched).toMatchObject([{ identifier: commit, has_config: true, config_error: null }]);
  expect(fetched[0].ref_names).toEqual(expect.arrayContaining(names));
  const { key } = await ensureSnapshot(ada.context, { commitId: fetched[0].id });
  const files = await filesOf(key);
  expect(files).toMatchObject({ 'model.bin': pointer, passwd: '', '--upload-pack=touch': 'x' });
  expect(files['hooks/post-checkout']).toContain('touch');
  expect(Object.keys(files).filter((name) => name.startsWith('s/'))).toEqual(['s/']);
  for (const place of [ran, 'ran']) await expect(access(place)).rejects.toThrow();

  const linked = await host.repository('linked', { a: '1' });
  forge(linked, [['120000', 'valohai.yaml', '/etc/passwd']]);
  const read = await fetchIt(await projectOf(linked));
  expect(read.commits).toMatchObject([{ has_config: false, config_error: expect.any(String) }]);
  expect(JSON.stringify(read)).not.toContain('root:');
});

test('20: a commit that was pushed away is had from the host as long as that has it; then it is told', async () => {
  const repository = await host.repository('forced', { 'valohai.yaml': YAML('old') });
  const id = await projectOf(repository);
  const [{ id: old, identifier }] = (await fetchIt(id)).commits;
  forge(repository, [['100644', 'valohai.yaml', YAML('new')]]);
  expect((await fetchIt(id)).commits).toHaveLength(1);
  const lose = async () => {
    const lost = { snapshot_key: null, snapshot_sha256: null, snapshot_size: null };
    await platform.platform.db.updateTable('commits').set(lost).where('id', '=', old).execute();
    await rm(`${platform.scratch}/mirrors`, { recursive: true });
  };
  const git = (...args: string[]) => execFileSync('git', ['--git-dir', repository.path, ...args]);
  // As the large hosts are set.
  git('config', 'uploadpack.allowAnySHA1InWant', 'true');
  await lose();
  const { key } = await ensureSnapshot(ada.context, { commitId: old });
  expect((await filesOf(key))['valohai.yaml']).toContain('old');
  // Not even the host has it any more.
  git('reflog', 'expire', '--expire=now', '--all');
  git('gc', '--quiet', '--prune=now');
  await lose();
  await expect(ensureSnapshot(ada.context, { commitId: old })).rejects.toThrow(
    `commit ${identifier.slice(0, 12)} are neither stored nor in the repository`,
  );
});

test('two fetches at once both answer', async () => {
  const repository = await host.repository('parallel', { 'valohai.yaml': YAML('ls') });
  const id = await projectOf(repository);
  const answers = await Promise.all([fetchIt(id), fetchIt(id), fetchIt(id)]);
  expect(answers.flatMap((answer) => answer.errors)).toEqual([]);
  expect(answers.flatMap((answer) => answer.commits)).toHaveLength(1);
});

test('another place of the YAML file counts from the next fetch on', async () => {
  const repository = await host.repository('moved', { 'ml/valohai.yaml': YAML('ls') });
  const id = await projectOf(repository);
  expect((await fetchIt(id)).commits[0].has_config).toBe(false);
  await api.call('PATCH', `/api/v0/projects/${id}/`, { as: ada, json: { yaml_path: 'ml/valohai.yaml' } });
  expect((await fetchIt(id)).commits).toEqual([]);
  expect((await commits(id))[0]).toMatchObject({ has_config: true, yaml_path: 'ml/valohai.yaml' });
});

test('an internal host, a dead port and an empty repository are told in words', async () => {
  const internal = await projectOf('ssh://git@127.0.0.1:1/x.git', { authorize: false });
  expect((await fetchIt(internal)).errors[0]).toMatch(/internal network/);
  platform.platform.trustedGitUrls.push('127.0.0.1:1');
  expect((await fetchIt(internal)).errors[0]).toMatch(/refuses connections on port 1/);
  const repository = await host.repository('empty', { a: '1' });
  execFileSync('git', ['--git-dir', repository.path, 'update-ref', '-d', 'refs/heads/main']);
  expect((await fetchIt(await projectOf(repository))).errors[0]).toMatch(/no branch or tag/);
});

test('the address is judged when it is set; the key stays when it changes', async () => {
  const id = await projectOf('git@example.com:a/b.git', { authorize: false });
  const set = (url: string, as = ada) =>
    api.call('PUT', `/api/v0/projects/${id}/repository/`, { as, json: { url } });
  const before = (await set('git@example.com:a/c.git')).body.public_key;
  expect((await set('https://example.com/a/b.git')).body.public_key).toBe(before);
  for (const url of ['ext::sh', 'file:///etc', '--upload-pack=id', 'https://u:p@example.com/x']) {
    const refused = await set(url);
    expect(refused.status).toBe(400);
    expect(refused.body.url).toHaveLength(1);
  }
  expect((await set('git@example.com:a/b.git', await platform.person('eve'))).status).toBe(404);
});
