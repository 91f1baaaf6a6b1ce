import { expect, it } from 'vitest';
import { notebookToken, planNotebook } from '../../../../app/core/executions/notebook.ts';
import { remoteDebug, requireEnterable } from '../../../../app/core/executions/remote-debug.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEDtGDGqgJcHxO2oOTdXiq6XBqUf9vG5Uei4U5YRy0pN me@laptop';
const asked = (debug_port: unknown, debug_key: unknown) => ({ remote_debug: { debug_port, debug_key } });
const environment = {
  ...{ id: 'e', slug: 'pods', name: 'Pods', enabled: true, in_config: true, ready: true },
  ...{ executor: 'kubernetes' as const, per_user_queue_quota: 0, default_time_limit: null, max_retries: 0 },
  ...{ environment_variables: {}, allowed_images: [] },
};

it('reads who may enter, and where', () => {
  expect(remoteDebug({})).toBeNull();
  expect(remoteDebug({ remote_debug: null })).toBeNull();
  expect(remoteDebug(asked(2222, `${KEY}\n`))).toEqual({ port: 2222, key: KEY });
  expect(remoteDebug({ 'remote-debug': { debug_port: '2222', debug_key: KEY } })?.port).toBe(2222);
});

it.each([
  [22, KEY, 'a port from 1024 to 65535'],
  [65_536, KEY, 'a port from 1024 to 65535'],
  ['x', KEY, 'a port from 1024 to 65535'],
  [2222, undefined, 'a public key is needed'],
  [2222, '-----BEGIN OPENSSH PRIVATE KEY-----', 'one public key is needed'],
  [2222, `${KEY}\n${KEY}`, 'one public key is needed'],
  [2222, `command="id" ${KEY}`, 'one public key is needed'],
  [2222, KEY.replace('ed25519', 'dss'), 'one public key is needed'],
])('refuses port %s and key %s', (port, key, words) => {
  expect(() => remoteDebug(asked(port, key))).toThrow(words);
});

it('where jobs are pods, nobody enters and no notebook is opened', () => {
  expect(() => requireEnterable(environment)).toThrow(/"pods" run in pods/);
  expect(() => requireEnterable({ ...environment, executor: 'docker' })).not.toThrow();
  const request = { image: 'jupyter', project: 'p', tags: [], environment_variables: {}, runtime_config: {} };
  expect(() => planNotebook(request, 'p', environment)).toThrow(/"pods" run in pods/);
  const row = planNotebook(request, 'p', { ...environment, executor: 'process' });
  expect(row).toMatchObject({ commit_id: null, step: 'Notebook Execution', no_output_timeout: 604_800 });
});

it('a notebook’s token is not the attempt’s', () => {
  expect(notebookToken('a')).toMatch(/^[0-9a-f]{64}$/);
  expect(notebookToken('a')).not.toBe(notebookToken('b'));
});
