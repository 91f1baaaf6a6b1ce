/** What each part of a Kubernetes installation asks of the cluster, and whether that is enough. Pure. */
import type { KubernetesConfig } from '../kubernetes.ts';
import type { Complain } from './complain.ts';
import { tooSmall } from './sizes.ts';

export interface Size {
  cpus: number;
  memoryGb: number;
  diskGb: number;
}
export type Part = 'appHost' | 'database' | 'queue' | 'storage';

const DEFAULTS: Record<KubernetesConfig['profile'], Record<Part, Size>> = {
  prod: {
    appHost: { cpus: 4, memoryGb: 16, diskGb: 80 },
    database: { cpus: 2, memoryGb: 8, diskGb: 80 },
    queue: { cpus: 2, memoryGb: 8, diskGb: 20 },
    storage: { cpus: 0, memoryGb: 0, diskGb: 500 },
  },
  dev: {
    appHost: { cpus: 1, memoryGb: 3, diskGb: 10 },
    database: { cpus: 0.5, memoryGb: 1, diskGb: 20 },
    queue: { cpus: 0.25, memoryGb: 1, diskGb: 5 },
    storage: { cpus: 0, memoryGb: 0, diskGb: 50 },
  },
};

/** The profile's, and what the config says otherwise. */
export function sizeOf(config: Pick<KubernetesConfig, 'profile' | Part>, part: Part): Size {
  const { cpus, memoryGb, diskGb } = config[part] as Partial<Size>;
  const size = DEFAULTS[config.profile][part];
  return {
    cpus: cpus ?? size.cpus,
    memoryGb: memoryGb ?? size.memoryGb,
    diskGb: diskGb ?? size.diskGb,
  };
}

const LEAST: Record<'appHost' | 'database' | 'queue', { vcpus: number; gib: number }> = {
  appHost: { vcpus: 4, gib: 16 },
  database: { vcpus: 2, gib: 8 },
  queue: { vcpus: 2, gib: 8 },
};

export function checkKubernetesSizes(config: KubernetesConfig, complain: Complain): void {
  if (config.profile !== 'prod') return;
  for (const part of ['appHost', 'database', 'queue'] as const) {
    if (part !== 'appHost' && config[part].kind === 'existing') continue;
    const { cpus, memoryGb, diskGb } = sizeOf(config, part);
    const found = tooSmall({ vcpus: cpus, gib: memoryGb }, LEAST[part]);
    if (found !== undefined) complain([part], `asks for a size ${found}`);
    if (part === 'database' && diskGb < 80)
      complain([part, 'diskGb'], `is ${diskGb}; in prod at least 80 (profile: dev has no minimum)`);
  }
}
