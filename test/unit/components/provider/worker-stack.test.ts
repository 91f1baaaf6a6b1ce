import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { workerStack } from '../../../../components/provider/kinds/worker-stack.ts';
import { installation, TOKEN } from '../../../support/joined-installation.ts';

const home = await installation();
afterAll(home.close);
afterEach(() => vi.unstubAllEnvs());

const context = { urn: '', log: () => {} };
const wanted = {
  apiUrl: home.url,
  name: 'north',
  proof: { kind: 'aws', accountId: '123456789012', region: 'eu-north-1' },
  tokenSha256: 'a'.repeat(64),
  environments: [
    {
      slug: 'small',
      name: 'Small',
      description: '',
      executor: 'docker',
      gpuSpec: '',
      machines: {
        group: { kind: 'aws', region: 'eu-north-1', group: 'cove-north-worker-small' },
        machineType: 'm7i.large',
        slots: 1,
        spot: false,
        ceiling: 2,
      },
    },
  ],
};
const id = `${home.url}/north`;

test('what a person can mend is told with what to do', async () => {
  vi.stubEnv('COVE_TOKEN', undefined);
  const create = () => workerStack.create(wanted, context);
  await expect(create()).rejects.toThrow(/export COVE_TOKEN=\$\(npx cove token -s HOME\)/);
  vi.stubEnv('COVE_TOKEN', 'another');
  await expect(create()).rejects.toThrow(/does not know the token in COVE_TOKEN/);
  const away = { ...wanted, apiUrl: 'http://127.0.0.1:9' };
  await expect(workerStack.create(away, context)).rejects.toThrow(
    /worker stack "north" joins, does not answer/,
  );
});

test('it is entered, found, looked for only with a token, and removed', async () => {
  vi.stubEnv('COVE_TOKEN', TOKEN);
  expect(await workerStack.read(id, wanted, context)).toBeNull();
  expect(await workerStack.create(wanted, context)).toEqual({ id, outputs: {} });
  const { proof, environments } = wanted;
  expect(home.stacks.get('north')).toEqual({
    proof,
    environments,
    token_sha256: wanted.tokenSha256,
  });
  expect(await workerStack.look?.(id, wanted)).toEqual([]);
  await workerStack.delete(id, wanted, context);
  expect(home.stacks.size).toBe(0);
  expect(await workerStack.look?.(id, wanted)).toEqual(['(gone)']);
  vi.stubEnv('COVE_TOKEN', undefined);
  expect(await workerStack.look?.(id, wanted)).toEqual([]);
});

test('an installation that is too old for it says so', async () => {
  vi.stubEnv('COVE_TOKEN', TOKEN);
  home.forget();
  await expect(workerStack.create(wanted, context)).rejects.toThrow(/upgrade that installation first/);
});
