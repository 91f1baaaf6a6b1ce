/** The operator's own secrets over the API: put, named, removed, and never read back. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Person,
  type TestApp,
  type TestPlatform,
  testApp,
  testPlatform,
} from '../../support/platform.ts';

let platform: TestPlatform;
let api: TestApp;
let ada: Person;
let bob: Person;
beforeAll(async () => {
  platform = await testPlatform();
  api = await testApp(platform.platform);
  [ada, bob] = [await platform.person('ada'), await platform.person('bob')];
  await platform.operator('operator', [
    [ada, 'admin'],
    [bob, 'member'],
  ]);
});
afterAll(async () => {
  await api?.close();
  await platform?.close();
});
const ask = (as: Person | undefined, method: string, path: string, json?: object) =>
  api.call(method, `/api/v0/secrets/${path}`, { ...(as && { as }), ...(json && { json }) });

test('an administrator of the installation puts, names and removes; the value is seen nowhere', async () => {
  const name = `deploy.${Date.now()}`;
  expect(await ask(ada, 'PUT', `${name}/`, { value: 'classified' })).toMatchObject({ status: 204 });
  const { body } = await ask(ada, 'GET', '');
  expect(body.secrets).toContain(name);
  expect(await platform.platform.secrets.get(`custom/${name}`)).toEqual({ value: 'classified' });
  const rows = await platform.platform.db.selectFrom('audit').selectAll().execute();
  expect(JSON.stringify(rows)).toContain(name);
  expect(JSON.stringify(rows)).not.toContain('classified');
  expect(await ask(ada, 'DELETE', `${name}/`)).toMatchObject({ status: 204 });
  expect(await ask(ada, 'DELETE', `${name}/`)).toMatchObject({ status: 404 });
});

test('nobody else does, and what is no name or no value is told', async () => {
  expect(await ask(bob, 'PUT', 'x/', { value: 'x' })).toMatchObject({ status: 403 });
  expect(await ask(bob, 'GET', '')).toMatchObject({ status: 403 });
  expect(await ask(bob, 'DELETE', 'x/')).toMatchObject({ status: 403 });
  expect(await ask(undefined, 'GET', '')).toMatchObject({ status: 401 });
  expect(await ask(ada, 'PUT', '.hidden/', { value: 'x' })).toMatchObject({ status: 400 });
  expect(await ask(ada, 'PUT', 'x/', { value: '' })).toMatchObject({ status: 400 });
});
