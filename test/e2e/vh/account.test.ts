/** The official client: who one is, and one's projects (conformance flows 1 and 2). */
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { Api } from '../../support/api.ts';
import { freePort } from '../../support/process.ts';
import { admin, installation, signIn } from '../support.ts';
import { colleague, Desk, newDesk } from './desk.ts';

const host = ['--host', installation.httpUrl];
const settingsOf = (desk: Desk) => JSON.parse(readFileSync(join(desk.configDir, 'config.json'), 'utf8'));
let api: Api;
beforeAll(async () => {
  api = await signIn();
});

test('login by password, by token; a wrong one, an unknown name and a silent host are told in words', async () => {
  const desk = new Desk();
  const login = (...args: string[]) => ['login', ...args];
  const { token } = await api.ok('POST', '/tokens/', { name: 'laptop' });
  const [wrong, unknown, badToken, silent, notIn] = await Promise.all([
    desk.refused(login(...host, '-u', admin.username, '-p', 'nonsense')),
    desk.refused(login(...host, '-u', 'nobody', '-p', 'nonsense')),
    desk.refused(login(...host, '--token', 'made-up')),
    desk.refused(login('--host', `http://127.0.0.1:${await freePort()}`, '-u', 'a', '-p', 'b')),
    desk.refused(['project', 'list']),
  ]);
  expect(wrong).toContain('Unable to log in with provided credentials');
  // Whether a name exists is not told.
  expect(unknown).toContain('Unable to log in with provided credentials');
  expect(badToken).toContain('Invalid token');
  expect(silent).toContain('connection refused');
  expect(notIn).toContain('vh login');

  expect(await desk.ok('login', ...host, '-u', admin.username, '-p', admin.password)).toContain('Logged in');
  const kept = settingsOf(desk);
  expect(kept.user).toMatchObject({ username: admin.username, id: expect.any(String) });
  expect(await desk.ok('login', ...host, '--token', token, '--yes')).toContain(`Hey ${admin.username}`);
  expect(settingsOf(desk).token).toBe(token);
  const tokens = (await api.ok('GET', '/tokens/')).results;
  expect(tokens.find(({ name }: { name: string }) => name === 'laptop').last_used).not.toBeNull();
});

test('projects: made for an owner, linked by name and id, listed, looked at, opened', async () => {
  const desk = await new Desk().sitDown(api);
  const name = `vh-${randomUUID().slice(0, 8)}`;
  const create = ['project', 'create', '-n', name, '-o', admin.username];
  expect(await desk.ok(...create, '-d', 'of the tests', '--link')).toContain(
    `${admin.username}/${name} created`,
  );
  const { results } = await api.ok('GET', '/projects/?limit=1000');
  const project = results.find((one: { name: string }) => one.name === name);
  expect(project).toMatchObject({ description: 'of the tests', owner: { username: admin.username } });
  expect(settingsOf(desk).links[desk.cwd]).toMatchObject({ id: project.id, name });

  const opened = join(desk.configDir, 'opened');
  const browser = join(desk.configDir, 'browser');
  writeFileSync(browser, `#!/bin/sh\necho "$1" > '${opened}'\n`, { mode: 0o755 });
  const other = await new Desk().sitDown(api);
  const [taken, nobody, list, status] = await Promise.all([
    desk.refused([...create, '--no-link']),
    desk.refused(['project', 'create', '-n', 'x', '-o', 'nobody-at-all', '--no-link']),
    desk.ok('project', 'list'),
    desk.ok('project', 'status'),
    desk.expectOk(['project', 'open'], { env: { BROWSER: `${browser} %s` } }),
    other.ok('project', 'link', name.toUpperCase()),
  ]);
  expect(taken).toContain(`has a project named ${name} already`);
  expect(nobody).toContain('There is no owner nobody-at-all');
  expect(list).toMatch(new RegExp(`${name}.*of the tests`, 's'));
  expect(status).toContain('No executions yet');
  expect(readFileSync(opened, 'utf8').trim()).toBe(project.urls.display);
  expect(settingsOf(other).links[other.cwd].id).toBe(project.id);

  const [byId, unlinked] = await Promise.all([
    other.ok('project', 'link', '--yes', project.id),
    new Desk().sitDown(api).then((lone) => lone.refused(['project', 'status'])),
  ]);
  expect(byId).toContain(name);
  expect(unlinked).toContain('No project is linked');
  await api.ok('DELETE', `/projects/${project.id}/`);
  expect(await desk.refused(['project', 'status'])).toContain('Not Found');
});

test('environment variables: public and secret ones are made, listed, deleted; a viewer may not', async () => {
  const { desk, project } = await newDesk(api);
  const variables = ['project', 'environment-variables'];
  await Promise.all([
    desk.ok(...variables, 'create', '--secret', 'KEY=classified'),
    desk.ok(...variables, 'create', 'PLAIN=seen', 'OTHER=a=b'),
  ]);
  const stored = async () => (await api.ok('GET', `/projects/${project.id}/`)).environment_variables;
  expect(await stored()).toEqual({
    KEY: { value: null, secret: true },
    OTHER: { value: 'a=b', secret: false },
    PLAIN: { value: 'seen', secret: false },
  });
  const viewer = await new Desk().sitDown(await colleague(api, { id: project.id, role: 'viewer' }), project);
  const outsider = await new Desk().sitDown(await colleague(api), project);
  const [list, json, missing, badName, notAllowed, hidden] = await Promise.all([
    desk.ok(...variables, 'list'),
    desk.ok('--output-format', 'json', ...variables, 'list'),
    desk.refused([...variables, 'delete', 'NONE']),
    desk.refused([...variables, 'create', 'bad name=1']),
    viewer.refused([...variables, 'create', 'MINE=1']),
    outsider.refused([...variables, 'list']),
  ]);
  expect(list).toMatch(/KEY.*\*\*\*\*.*PLAIN.*seen/s);
  expect(JSON.parse(json)).toEqual(await stored());
  expect(list + json).not.toContain('classified');
  expect(missing).toContain('(NONE) not found');
  expect(badName).toContain('name');
  expect(notAllowed).toContain('your role is viewer');
  expect(hidden).toContain('Not Found');

  expect(await desk.ok(...variables, 'delete', 'KEY', 'PLAIN')).toContain('Successfully deleted');
  expect(Object.keys(await stored())).toEqual(['OTHER']);
});
