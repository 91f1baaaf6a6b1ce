/** What an installation is told of the environments of a cluster. Pure. */
import type { BootstrapSettings } from '../../../app/settings.ts';
import type { KubernetesConfig } from '../../../config/schema.ts';
import type { WorkerSite } from '../site.ts';
import { kindOfMachine, workerGroup } from '../worker-names.ts';

/** What the bootstrap upserts by slug; min, max, grace and schedule are the application's (design 12). */
export function environmentBoot(
  { namespaces }: WorkerSite,
  environment: KubernetesConfig['environments'][number],
): BootstrapSettings['environments'][number] {
  const { slug, name, description, gpus, spot, ceiling } = environment;
  return {
    slug,
    name,
    description,
    executor: 'kubernetes',
    workers: [],
    gpuSpec: gpus === 0 ? '' : `${gpus} × GPU`,
    machines: {
      group: { kind: 'kubernetes', namespace: namespaces.jobs, group: workerGroup(slug), ceiling },
      machineType: kindOfMachine(environment),
      slots: 1,
      spot,
      ceiling,
    },
  };
}
