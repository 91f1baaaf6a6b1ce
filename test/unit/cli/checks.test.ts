import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { judgeClock } from '../../../app/cli/checks/clock.ts';
import { findEngine, judgeEngine } from '../../../app/cli/checks/docker.ts';
import { describe } from '../../../app/cli/checks/finding.ts';
import { checkPorts } from '../../../app/cli/checks/ports.ts';
import { judgeRestart } from '../../../app/cli/checks/restart.ts';
import { DISK, judgeDisk, judgeMemory, MEMORY } from '../../../app/cli/checks/room.ts';
import { GIT, judgeVersion, PYTHON } from '../../../app/cli/checks/version.ts';

test('a port that somebody holds is named with the key that changes it', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const wanted = [{ key: 'httpPort', host: '127.0.0.1', port }];
  const [taken] = await checkPorts(wanted, false);
  expect(taken).toMatchObject({ level: 'fail', found: expect.stringContaining('taken') });
  expect(describe(taken!)).toMatch(new RegExp(`${port}[\\s\\S]*httpPort`));
  expect(await checkPorts(wanted, true)).toMatchObject([{ level: 'ok' }]);
  await new Promise((resolve) => server.close(resolve));
  expect(await checkPorts(wanted, false)).toMatchObject([{ level: 'ok', found: 'free' }]);
});

test('an address that is not of this machine', async () => {
  const [finding] = await checkPorts([{ key: 'httpPort', host: '192.0.2.1', port: 23456 }], false);
  expect(finding).toMatchObject({ level: 'fail', todo: expect.stringContaining('listening address') });
});

test.each([
  [GIT, 'git version 2.39.5', 'ok'],
  [GIT, 'git version 2.19.1', 'fail'],
  [GIT, null, 'fail'],
  [GIT, 'who knows', 'fail'],
  [PYTHON, 'Python 3.12.1', 'ok'],
  [PYTHON, 'Python 3.7.9', 'warn'],
  [PYTHON, null, 'warn'],
])('%o answering %s is %s', (wanted, answer, level) => {
  expect(judgeVersion(wanted, answer).level).toBe(level);
});

test('disk and memory: too little, a little, enough', () => {
  expect([DISK.least - 1, DISK.least, DISK.good].map((free) => judgeDisk(free, '/').level)).toEqual([
    'fail',
    'warn',
    'ok',
  ]);
  const much = 2 * MEMORY.good;
  expect(judgeMemory(1, MEMORY.least - 1).level).toBe('fail');
  expect(judgeMemory(MEMORY.least - 1, much).level).toBe('warn');
  expect(judgeMemory(much, much).level).toBe('ok');
});

test('a clock before the version was made, or apart from the API’s', () => {
  const built = new Date('2026-01-01T00:00:00Z');
  const now = new Date('2026-06-01T00:00:00Z');
  expect(judgeClock(new Date(0), built, null).level).toBe('fail');
  expect(judgeClock(now, built, null).level).toBe('ok');
  expect(judgeClock(now, built, new Date(now.getTime() - 1_500)).level).toBe('ok');
  expect(judgeClock(now, built, new Date(now.getTime() + 60_000)).level).toBe('warn');
});

test('a socket that is not there is told as such, and stops nothing', async () => {
  const finding = judgeEngine(await findEngine('/nonexistent/docker.sock'));
  expect(finding).toMatchObject({ level: 'warn', found: 'there is no socket /nonexistent/docker.sock' });
});

test('an engine that listens elsewhere is told, and how to use it', async () => {
  const socket = join(await mkdtemp(join(tmpdir(), 'engine-')), 'docker.sock');
  const server = createServer().listen(socket);
  vi.stubEnv('DOCKER_HOST', `unix://${socket}`);
  const finding = judgeEngine(await findEngine('/nonexistent/docker.sock'));
  expect(finding).toMatchObject({ level: 'warn', todo: expect.stringContaining(`dockerSocket: ${socket}`) });
  vi.unstubAllEnvs();
  server.close();
});

test('a unit that waits for its user to sign in is told, with the cure', () => {
  expect(judgeRestart('boot', 'ada').level).toBe('ok');
  expect(judgeRestart('up', 'ada').level).toBe('ok');
  expect(judgeRestart('login', 'ada')).toMatchObject({
    level: 'warn',
    todo: 'sudo loginctl enable-linger ada',
  });
});
