import { lstat, mkdir, mkdtemp, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { countChanges, Findings, progressLine } from '../../../app/cli/engine/events.ts';
import { judgeFailure } from '../../../app/cli/engine/failure.ts';
import { judgeHolder, readLocks, removeLocks } from '../../../app/cli/engine/lock.ts';
import { ensurePassphrase } from '../../../app/cli/engine/passphrase.ts';
import { prepareProject } from '../../../app/cli/engine/project.ts';
import { latestOf, pendingOperations } from '../../../app/cli/engine/state-file.ts';
import { placesOf } from '../../../app/cli/installation.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'cove cli '));
});
afterEach(() => rm(home, { recursive: true, force: true }));

test('a lock is alive only while an engine on this machine holds it', () => {
  const lock = { pid: 42, host: 'here' };
  const holder = (command: string | null) => judgeHolder(lock, 'here', () => command);
  expect(holder('/home/me/.cache/cove/pulumi up --yes')).toBe('alive');
  expect(holder('/usr/sbin/sshd')).toBe('dead');
  expect(holder(null)).toBe('dead');
  expect(judgeHolder(lock, 'there', () => null)).toBe('elsewhere');
});

test('locks are read from the file backend, half-written ones too, and removed', async () => {
  const folder = join(home, '.pulumi', 'locks', 'organization', 'cove', 'lab');
  await mkdir(folder, { recursive: true });
  const whole = { pid: 7, username: 'me', hostname: hostname(), timestamp: '2026-01-01T00:00:00Z' };
  await writeFile(join(folder, 'a.json'), JSON.stringify(whole));
  await writeFile(join(folder, 'b.json'), '{"pid": 7, "use');
  const locks = readLocks(home, 'lab');
  expect(locks).toMatchObject([
    { pid: 7, user: 'me' },
    { pid: 0, host: hostname() },
  ]);
  expect(judgeHolder(locks[1]!)).toBe('dead');
  removeLocks(locks);
  expect(readLocks(home, 'lab')).toEqual([]);
  expect(readLocks(home, 'other')).toEqual([]);
});

test('the passphrase is made once, for its owner alone, and never in place of a lost one', async () => {
  const places = placesOf(home, 'lab');
  await Promise.all([1, 2, 3].map(() => ensurePassphrase(places, 'lab').catch(() => undefined)));
  await ensurePassphrase(places, 'lab');
  const first = await readFile(places.passphrase, 'utf8');
  expect(first.length).toBeGreaterThan(40);
  expect((await stat(places.passphrase)).mode & 0o777).toBe(0o600);
  await ensurePassphrase(places, 'lab');
  expect(await readFile(places.passphrase, 'utf8')).toBe(first);

  await mkdir(join(places.state, '.pulumi', 'stacks', 'cove'), { recursive: true });
  await writeFile(join(places.state, '.pulumi', 'stacks', 'cove', 'lab.json'), '{}');
  await rm(places.passphrase);
  await expect(ensurePassphrase(places, 'lab')).rejects.toMatchObject({
    exitCode: 4,
    message: expect.stringContaining('passphrase'),
  });
});

test('the working folder follows a checkout that moved and forgets what is gone', async () => {
  const project = join(home, 'project');
  for (const name of ['one', 'two']) {
    await mkdir(join(home, name, 'stacks'), { recursive: true });
    await writeFile(join(home, name, 'Pulumi.yaml'), `name: ${name}\n`);
  }
  await mkdir(join(home, 'one', 'policies'));
  await prepareProject(project, join(home, 'one'));
  expect((await lstat(join(project, 'policies'))).isSymbolicLink()).toBe(true);
  await prepareProject(project, join(home, 'two'));
  expect(await readFile(join(project, 'Pulumi.yaml'), 'utf8')).toBe('name: two\n');
  expect(await readlink(join(project, 'stacks'))).toBe(join(home, 'two', 'stacks'));
  await expect(lstat(join(project, 'policies'))).rejects.toThrow();
});

test('operations that a killed run left half-done are seen in the state', async () => {
  expect(pendingOperations(latestOf(home, 'lab'))).toEqual([]);
  await mkdir(join(home, '.pulumi', 'stacks', 'cove'), { recursive: true });
  const pending_operations = [{ type: 'creating', resource: { urn: 'urn:x' } }];
  const state = { checkpoint: { latest: { pending_operations } } };
  await writeFile(join(home, '.pulumi', 'stacks', 'cove', 'lab.json'), JSON.stringify(state));
  expect(pendingOperations(latestOf(home, 'lab'))).toEqual(['creating urn:x']);
});

const step = (op: string, type = 'cove:local:Service') =>
  ({
    sequence: 1,
    timestamp: 1,
    resourcePreEvent: {
      metadata: {
        op,
        type,
        urn: `urn:pulumi:lab::cove::${type}::api`,
        provider: '',
        new: { custom: type.split(':').length === 3 },
      },
    },
  }) as never;

test('the engine’s events in words', () => {
  expect(progressLine(step('create'))).toBe('creating Service api');
  expect(progressLine(step('same'))).toBeNull();
  expect(progressLine(step('create', 'pulumi:pulumi:Stack'))).toBeNull();
  expect(progressLine(step('create', 'cove:Group'))).toBeNull();
  expect(countChanges({ same: 9, create: 2, update: 1, delete: 1 })).toBe(4);
  expect(countChanges(undefined)).toBe(0);
});

test('failures: a wrong passphrase, a policy, a lock, and the reasons of the rest', () => {
  const at = { name: 'lab', passphrase: '/keys/passphrase', findings: new Findings() };
  expect(judgeFailure(new Error('error: incorrect passphrase'), at)).toMatchObject({ exitCode: 4 });
  expect(judgeFailure(new Error('the stack is currently locked by 1 lock(s)'), at)).toMatchObject({
    exitCode: 4,
  });
  at.findings.take({
    sequence: 1,
    timestamp: 1,
    diagnosticEvent: {
      urn: 'urn:pulumi:lab::cove::T::redis',
      message: '<{%reset%}>port 1 is taken<{%reset%}>\n',
      color: 'never',
      severity: 'error',
    },
  });
  at.findings.take({
    sequence: 2,
    timestamp: 1,
    diagnosticEvent: { message: 'update failed', color: 'never', severity: 'error' },
  });
  expect(judgeFailure(new Error('a stack trace'), at)).toMatchObject({
    exitCode: 1,
    message: 'redis: port 1 is taken',
  });
  at.findings.take({
    sequence: 3,
    timestamp: 1,
    policyEvent: {
      message:
        'Volumes are encrypted.\n    encryption: it is open. Needed: volumes are encrypted. To do: close it.',
      color: 'never',
      policyName: 'encryption',
      policyPackName: 'p',
      policyPackVersion: '1',
      policyPackVersionTag: '1',
      enforcementLevel: 'mandatory',
    },
  });
  expect(judgeFailure(new Error('x'), at)).toMatchObject({
    exitCode: 3,
    message:
      'A policy forbids this:\n  - encryption: it is open. Needed: volumes are encrypted. To do: close it.',
  });
});
