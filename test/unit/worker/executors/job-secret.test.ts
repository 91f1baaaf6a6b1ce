import { expect, test } from 'vitest';
import { jobSecret } from '../../../../app/worker/executors/job-secret.ts';

const job = { metadata: { name: 'job-1', uid: 'of-the-job', labels: { 'cove/owner': 'worker' } } };
const config = (host: string) => {
  const { data } = jobSecret({ registry: { host, username: 'ann', password: 'p:w' } }, {}, job);
  return JSON.parse(Buffer.from(data['.dockerconfigjson'], 'base64').toString());
};

test.each([
  ['registry.example.org:5000', 'registry.example.org:5000'],
  ['docker.io', 'https://index.docker.io/v1/'],
  ['index.docker.io', 'https://index.docker.io/v1/'],
])('a login to %s is found under %s, as pullers look for it', (host, address) => {
  const auth = Buffer.from('ann:p:w').toString('base64');
  expect(config(host)).toEqual({ auths: { [address]: { username: 'ann', password: 'p:w', auth } } });
});

test('values with a secret in them get keys that a Secret may have, whatever the variables are called', () => {
  const environment = { 'MY KEY': 'hush', URL: 'http://me:hush@host', PLAIN: 'plain', NONE: '' };
  const { data, type } = jobSecret({ secrets: ['hush', ''] }, environment, job);
  const values = Object.values(data as Record<string, string>).map((one) =>
    Buffer.from(one, 'base64').toString(),
  );
  expect([type, values]).toEqual(['Opaque', ['hush', 'http://me:hush@host']]);
  for (const key of Object.keys(data)) expect(key).toMatch(/^[-._a-zA-Z0-9]{1,253}$/);
  expect(jobSecret({ secrets: ['hush'] }, { PLAIN: 'plain' }, job)).toBeNull();
});
