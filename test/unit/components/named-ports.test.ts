/** What a config names on a port of its own is reached through every cloud's firewall, by those who speak with it alone. */
import { expect, test } from 'vitest';
import * as aws from '../../../components/aws/network/firewall.ts';
import * as azure from '../../../components/azure/network/firewall.ts';
import * as gcp from '../../../components/gcp/network/firewall.ts';
import { firewall } from '../../../components/kubernetes/network/firewall.ts';
import { namedPorts } from '../../../components/named-ports.ts';
import { loadConfig } from '../../../config/load.ts';
import type { KubernetesConfig } from '../../../config/schema.ts';

const config = {
  proxy: { url: 'http://10.1.0.9:3128' },
  vault: { kind: 'existing' as const, address: 'https://vault.example.org:8200' },
  trustedGitHosts: ['git.example.org', 'git.example.org:8443', 'git.example.org:22'],
  trustedStoreHosts: ['minio.example.org:9000'],
  trustedInputHosts: ['files.example.org', 'minio.example.org:9000'],
};
const named = namedPorts(config);

test('what is on 443 needs no rule; each other one is told once', () => {
  expect(named.map(({ who, port }) => `${who} ${port}`)).toEqual([
    'everybody 3128',
    'application 8200',
    'application 8443',
    'application 22',
    'both 9000',
    'workers 80',
    'workers 9000',
  ]);
  expect(namedPorts({ joins: { url: 'https://cove.example.org:8443' } })).toMatchObject([{ port: 8443 }]);
  expect(namedPorts({ joins: { url: 'https://cove.example.org' } })).toEqual([]);
});

const facts = {
  access: { internal: false, allowedCidrs: ['0.0.0.0/0'] },
  ...{ reachable: [], endpointHosts: undefined, mounts: [], machineImages: {}, jobAccess: undefined },
  ...{ isPrivate: true, inside: ['10.20.0.0/16', '10.1.0.0/16'], services: [], proxies: [], named },
};
interface Way {
  group: string;
  cidr: string;
  port: string;
}
const awsWays = (rules: aws.Rule[]): Way[] =>
  rules.flatMap(({ from, to, port }) =>
    'group' in from && 'cidr' in to ? [{ group: from.group, cidr: to.cidr, port: String(port) }] : [],
  );
const clouds = [
  { cloud: 'aws', of: (more: object) => awsWays(aws.rulesOf({ ...facts, ...more })) },
  {
    cloud: 'azure',
    of: (more: object) =>
      azure
        .rulesOf({ ...facts, ...more })
        .flatMap(({ from, to, port }) =>
          'group' in from && 'cidr' in to ? [{ group: from.group, cidr: to.cidr, port }] : [],
        ),
  },
  {
    cloud: 'gcp',
    of: (more: object) =>
      gcp
        .rulesOf({ ...facts, ...more })
        .flatMap(({ group, way, peers, port }) =>
          way === 'out' && Array.isArray(peers)
            ? peers.map((cidr) => ({ group, cidr, port: String(port) }))
            : [],
        ),
  },
];
const reached = (ways: Way[], group: string, port: string) =>
  ways.filter((one) => one.group === group && one.port === port).map(({ cidr }) => cidr);

test.each(clouds)('$cloud: proxy, Vault, Git hosts, stores and hosts of inputs', ({ of }) => {
  const ways = of({});
  // An address is named as such; a name may be anywhere in the connected networks.
  for (const group of ['appHost', 'workers']) expect(reached(ways, group, '3128')).toEqual(['10.1.0.9/32']);
  expect(reached(ways, 'appHost', '8200')).toEqual(expect.arrayContaining(facts.inside));
  expect(reached(ways, 'appHost', '8443')).toEqual(expect.arrayContaining(facts.inside));
  for (const group of ['appHost', 'workers'])
    expect([...new Set(reached(ways, group, '9000'))]).toEqual(expect.arrayContaining(facts.inside));
  expect(reached(ways, 'workers', '80')).toEqual(expect.arrayContaining(facts.inside));
  expect(reached(ways, 'workers', '8200')).toEqual([]);
  expect(reached(of({ named: [] }), 'appHost', '3128')).toEqual([]);
});

test('AWS takes no rule twice', () => {
  for (const rules of [aws.rulesOf(facts), aws.rulesOf({ ...facts, isPrivate: false })]) {
    const said = rules.map(({ from, to, port }) => JSON.stringify([from, to, port]));
    expect(new Set(said).size).toBe(said.length);
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
  }
});

test('a cluster: workers reach proxy and stores, jobs the proxy', () => {
  const { config: example } = loadConfig({ name: 'kubernetes' });
  const lab = { ...(example as KubernetesConfig), ...config, proxy: { ...config.proxy, noProxy: [] } };
  const policies = firewall({ name: 'lab', config: { ...lab, vault: { kind: 'own' } } });
  const ports = (name: string) =>
    policies
      .find((one) => one.name === name)
      ?.spec.egress?.flatMap((rule) => rule.ports ?? [])
      .map(({ port }) => port);
  expect(ports('worker')).toEqual(expect.arrayContaining([443, 3128, 9000, 80]));
  expect(ports('job')).toContain(3128);
  expect(ports('job')).not.toContain(9000);
});
