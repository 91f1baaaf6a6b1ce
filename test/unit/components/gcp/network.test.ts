/** How a network of Google Cloud is laid out, and who may talk to whom in it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contains, overlaps, parseCidr, textOf } from '../../../../components/cidr.ts';
import { rulesOf } from '../../../../components/gcp/network/firewall.ts';
import { regionLayout } from '../../../../components/gcp/network/layout.ts';

test('subnets lie in the network, apart from each other, and are as large as Google wants them', () => {
  fc.assert(
    fc.property(fc.integer({ min: 16, max: 22 }), fc.nat(255), (prefix, second) => {
      const whole = textOf({ base: 10 * 2 ** 24 + second * 2 ** 16, prefix });
      const parts = Object.values(regionLayout(whole)).map(parseCidr);
      for (const part of parts) expect(contains(parseCidr(whole), part)).toBe(true);
      parts.forEach((one, index) => {
        for (const other of parts.slice(index + 1)) expect(overlaps(one, other)).toBe(false);
      });
      expect(parseCidr(regionLayout(whole).proxies).prefix).toBeLessThanOrEqual(26);
    }),
  );
});

const facts = {
  access: { internal: false, allowedCidrs: ['0.0.0.0/0'] },
  reachable: [{ name: 'warehouse', cidr: '10.1.2.0/24', port: 5432 }],
  endpointHosts: undefined,
  mounts: [],
  jobAccess: undefined,
  named: [],
  machineImages: {},
  isPrivate: false,
  inside: ['10.20.0.0/16'],
  services: ['10.20.192.0/18'],
  proxies: ['10.20.128.0/20'],
};

test('workers reach what is named, and neither PostgreSQL nor Redis', () => {
  const out = rulesOf(facts).filter(({ group, way }) => group === 'workers' && way === 'out');
  expect(out.map(({ port, peers }) => `${port} ${peers}`)).toEqual([
    '443 0.0.0.0/0',
    '80 0.0.0.0/0',
    '5432 10.1.2.0/24',
  ]);
});

test('only Google’s own addresses are let in, and in private mode nothing leads to the internet', () => {
  const everything = rulesOf({ ...facts, isPrivate: true, access: { ...facts.access, internal: true } });
  expect(everything.some(({ peers }) => Array.isArray(peers) && peers.includes('0.0.0.0/0'))).toBe(false);
  const into = rulesOf(facts).filter(({ way }) => way === 'in');
  expect(into.map(({ port, peers }) => [port, peers])).toEqual([[8000, ['130.211.0.0/22', '35.191.0.0/16']]]);
});

test('who is named reaches workers, on the ports of jobs alone', () => {
  const jobAccess = { allowedCidrs: ['10.1.0.0/16'], ports: { from: 2222, to: 2299 } };
  const into = rulesOf({ ...facts, jobAccess }).filter(
    ({ group, way }) => group === 'workers' && way === 'in',
  );
  expect(into).toMatchObject([{ peers: ['10.1.0.0/16'], port: 2222, lastPort: 2299 }]);
});
