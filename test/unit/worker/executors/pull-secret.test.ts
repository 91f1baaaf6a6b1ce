import { expect, test } from 'vitest';
import { pullSecret } from '../../../../app/worker/executors/pull-secret.ts';

const job = { metadata: { name: 'job-1', uid: 'of-the-job', labels: { 'cove/owner': 'worker' } } };
const config = (host: string) => {
  const { data } = pullSecret({ host, username: 'ann', password: 'p:w' }, job);
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
