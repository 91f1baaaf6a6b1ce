/** What a firewall has to let through, of every example config. */
import { expect, test } from 'vitest';
import { loadConfig } from '../../../config/load.ts';
import type { CloudConfig, WorkersConfig } from '../../../config/schema.ts';
import { egressOf } from '../../../stacks/egress.ts';

const config = (name: string) => loadConfig({ name }).config as CloudConfig | WorkersConfig;

test.each([
  ['aws', ['cove.example.org', 's3.eu-central-1.amazonaws.com', 'security.ubuntu.com']],
  ['azure', ['cove.example.org', 'management.azure.com', 'security.ubuntu.com']],
  ['gcp', ['cove.example.org', 'secretmanager.googleapis.com', 'security.ubuntu.com']],
  ['kubernetes', ['registry.example.org']],
  ['aws-workers', ['cove.example.org', 'security.ubuntu.com']],
])('%s: hosts without a scheme, each once', async (name, some) => {
  const hosts = await egressOf('prod', config(name));
  expect(hosts).toEqual(expect.arrayContaining(some));
  expect(new Set(hosts).size).toBe(hosts.length);
  for (const host of hosts) expect(host).toMatch(/^(\*\.)?[a-z0-9][a-z0-9.:-]+$/);
});

test('behind a proxy only that is reached; in private mode nothing; what the config trusts is among them', async () => {
  const aws = config('aws') as Extract<CloudConfig, { target: 'aws' }>;
  const proxy = { url: 'http://proxy.example.org:3128', noProxy: [] };
  expect(await egressOf('prod', { ...aws, proxy })).toEqual(['proxy.example.org:3128']);
  const network = { kind: 'dedicated' as const, cidr: '10.0.0.0/16', private: true, connections: [] };
  expect(await egressOf('prod', { ...aws, network })).toEqual([]);
  const trusting = { ...aws, trustedInputHosts: ['files.example.org'], trustedGitHosts: ['git.example.org'] };
  expect(await egressOf('prod', trusting)).toEqual(
    expect.arrayContaining(['files.example.org', 'git.example.org']),
  );
});
