/** What the policies know of an installation beyond its resources: told by its config. */
import type { Installation } from '../config/load.ts';
import type { Exception } from './exceptions.ts';
import type { Target } from './policy.ts';

export interface Facts {
  target: Target;
  profile: 'dev' | 'prod';
  /** Name of the installation. */
  installation: string;
  /** No way to the internet at all. */
  private: boolean;
  /** The address people type, without a path; empty where it is not known. */
  origin: string;
  /** Others than this machine can reach it. */
  shared: boolean;
  /** Hosts of a local installation that its settings may name, besides this machine. */
  hosts: string[];
  /** Most machines at once, by the environment's slug. */
  ceilings: Record<string, number>;
  /** Today, as `2026-11-25`. */
  today: string;
  exceptions: Exception[];
}

/** The strictest an installation can be: for a stack whose config is not at hand. */
export const strictest = (target: Target, today = day()): Facts => ({
  target,
  profile: 'prod',
  installation: '',
  private: false,
  origin: '',
  shared: true,
  hosts: [],
  ceilings: {},
  today,
  exceptions: [],
});

/** What a config of any target may say; each target says some of it. */
interface Told {
  target: Target;
  profile?: 'dev' | 'prod';
  publicName?: string;
  listen?: string;
  httpsPort?: number;
  trustedGitHosts?: string[];
  network?: { private?: boolean };
  environments?: { slug: string; ceiling?: number }[];
  policyExceptions?: Exception[];
}

export function factsOf({ name, config }: Pick<Installation, 'name' | 'config'>, today = day()): Facts {
  const told = config as Told;
  const local = told.target === 'local';
  const port = !local || told.httpsPort === 443 ? '' : `:${told.httpsPort}`;
  return {
    ...strictest(told.target, today),
    profile: told.profile ?? 'prod',
    installation: name,
    private: told.network?.private ?? false,
    origin: told.publicName === undefined ? '' : `https://${told.publicName}${port}`,
    shared: !local || !isLoopback(told.listen ?? ''),
    hosts: local ? [told.publicName ?? '', told.listen ?? ''].filter((host) => host !== '') : [],
    ceilings: Object.fromEntries((told.environments ?? []).map(({ slug, ceiling }) => [slug, ceiling ?? 0])),
    exceptions: told.policyExceptions ?? [],
  };
}

/** `127.0.0.0/8`, `::1` and the name for them: nothing that is sent there leaves the machine. */
export const isLoopback = (host: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host.trim());

function day(): string {
  return new Date().toISOString().slice(0, 10);
}
