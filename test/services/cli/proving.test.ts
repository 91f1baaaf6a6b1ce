import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { needsProof, type Proof, readProof, writeProof } from '../../../app/cli/proving/proof.ts';
import { exampleCommit } from '../../../app/cli/proving/repository.ts';
import { chooseVenue, containerTrouble } from '../../../app/cli/proving/venue.ts';
import { lastWords } from '../../../app/cli/up/last-words.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cove proving '));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('the newest commit of the served example, or one clear message', async () => {
  const repository = join(folder, 'example.git');
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', repository]);
  await expect(exampleCommit(repository)).rejects.toMatchObject({
    exitCode: 1,
    todo: expect.stringContaining('cove up'),
  });
  const git = (...args: string[]) =>
    execFileSync('git', ['--git-dir', repository, ...args], { encoding: 'utf8' }).trim();
  const tree = git('hash-object', '-t', 'tree', '-w', '/dev/null');
  const commit = git('-c', 'user.name=x', '-c', 'user.email=x@x', 'commit-tree', tree, '-m', 'x');
  git('update-ref', 'refs/heads/main', commit);
  expect(await exampleCommit(repository)).toBe(commit);
});

const proof: Proof = {
  version: '1',
  commit: 'c',
  container: true,
  execution: 'e',
  counter: 1,
  url: 'u',
  time: 't',
};

test('proven again only for another version or example, or when a container is possible at last', async () => {
  const now = { version: '1', commit: 'c', containerPossible: true };
  expect(needsProof(null, now)).toBe(true);
  expect(needsProof(proof, now)).toBe(false);
  expect(needsProof(proof, { ...now, version: '2' })).toBe(true);
  expect(needsProof(proof, { ...now, commit: 'd' })).toBe(true);
  expect(needsProof({ ...proof, container: false }, now)).toBe(true);
  expect(needsProof({ ...proof, container: false }, { ...now, containerPossible: false })).toBe(false);
  const file = join(folder, 'proof.json');
  expect(readProof(file)).toBeNull();
  await writeProof(file, proof);
  expect(readProof(file)).toEqual(proof);
});

test('in a container if one can run, else as a process, else nowhere', async () => {
  const docker = { slug: 'local', executor: 'docker' as const };
  const process = { slug: 'local-process', executor: 'process' as const };
  expect(chooseVenue([process, docker], null)).toEqual({ environment: docker, missing: null });
  expect(chooseVenue([docker, process], 'no engine')).toEqual({ environment: process, missing: 'no engine' });
  expect(chooseVenue([docker], 'no engine')).toBeNull();
  const none = { engine: null, why: 'there is no socket' } as const;
  expect(await containerTrouble(none, [docker], () => {})).toContain('there is no socket');
  expect(await containerTrouble(none, [process], () => {})).toContain('docker executor');
});

test('the last words: address, who, what next; the very last one says that containers are unproven', () => {
  const standing = {
    name: 'lab',
    urls: { local: 'http://127.0.0.1:8000', web: 'https://localhost:8443' },
    username: 'admin',
    changes: 3,
    ownAuthority: '/home/me/.cove/lab/certificates/authority.pem',
  };
  const proven = lastWords({ ...standing, proven: { run: null, proof, missing: null } }).join('\n');
  expect(proven).toContain('https://localhost:8443');
  expect(proven).toContain('npx cove password');
  expect(proven).not.toContain('unproven');
  const unproven = lastWords({
    ...standing,
    proven: { run: null, proof: { ...proof, container: false }, missing: 'no engine' },
  });
  expect(unproven.at(-1)).toMatch(/^Containers are unproven: no engine/);
});
