/** What this machine has of what tests may need; `toolchain/test.js` finds it out once (test/setup). */
import { existsSync, globSync } from 'node:fs';
import { dockerSocket } from './docker.ts';

/** What tells whether it is there, where no setup ran (one test file started by hand). */
const signs = {
  docker: () => existsSync(dockerSocket),
  image: () => existsSync(dockerSocket),
  'utils-image': () => existsSync(dockerSocket),
  'server-image': () => existsSync(dockerSocket),
  vh: () => true,
  schemathesis: () => true,
  sshd: () => existsSync('/usr/sbin/sshd'),
  pebble: () => true,
  stores: () => true,
  cluster: () => existsSync('/usr/bin/etcd'),
  chromium: () => existsSync('/usr/bin/chromium'),
  curl: () => existsSync('/usr/bin/curl'),
  jq: () => existsSync('/usr/bin/jq'),
  faketime: () => globSync('/usr/lib/*/faketime/libfaketime.so.1').length > 0,
  'postgres-clients': () => globSync('/usr/lib/postgresql/*/bin/pg_dumpall').length > 0,
  network: () => process.getuid?.() === 0 && existsSync('/usr/sbin/iptables') && existsSync('/usr/sbin/ip'),
  'docker-registry': () => existsSync('/usr/bin/docker-registry'),
};

const found = process.env.COVE_TEST_MISSING;
const missing: Record<string, string> = found === undefined ? {} : JSON.parse(found);

export type Need = keyof typeof signs;
/** Packages that no step of the setup tells of by itself. */
const LOOKED_FOR: ReadonlySet<Need> = new Set(['faketime', 'postgres-clients', 'network']);

/**
 * Why a test that needs something cannot run here; undefined where it can.
 *
 * @example test.skipIf(lacks('docker'))('runs in a container', …)
 */
export function lacks(need: Need): string | undefined {
  if ((found === undefined || LOOKED_FOR.has(need)) && !signs[need]()) return `${need} was not found`;
  return missing[need];
}
