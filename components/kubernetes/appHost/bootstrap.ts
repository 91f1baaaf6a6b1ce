/** The one idempotent program, as Jobs: another image or setting is another Job, and what needs it waits for its end. */
import { Job } from '@pulumi/kubernetes/batch/v1/job.js';
import { ConfigMap } from '@pulumi/kubernetes/core/v1/configMap.js';
import type * as pulumi from '@pulumi/pulumi';
import { sizeOf } from '../../../config/checks/kubernetes-sizes.ts';
import type { ClusterBoot } from '../../boot/contract.ts';
import { bootstrapSettings } from '../../boot/settings.ts';
import type { AppHostArgs } from '../appHost.ts';
import { labelsOf, metaOf } from '../meta.ts';
import { allow } from '../rights.ts';
import { digestOf, platformPod, settingsFiles } from './pods.ts';

/** Seconds until it is given up: a slow migration of a large database is part of it. */
const MOST_SECONDS = 3600;

export class Bootstrap {
  readonly #args: AppHostArgs;
  readonly #options: pulumi.CustomResourceOptions;
  readonly #settings: ConfigMap;
  readonly #digest: pulumi.Output<string>;

  constructor(args: AppHostArgs, boot: pulumi.Output<ClusterBoot>, options: pulumi.CustomResourceOptions) {
    const { site, identity, database, queue, vault } = args;
    this.#args = args;
    const files = boot.apply((known) => settingsFiles(known, bootstrapSettings(known)));
    // What was emptied is filled again.
    this.#digest = files.apply((known) =>
      database.parts.generation.apply((generation) => digestOf([known, generation])),
    );
    this.#settings = new ConfigMap(
      'bootstrap-settings',
      { metadata: metaOf(site, { name: 'bootstrap-settings', component: 'bootstrap' }), data: files },
      options,
    );
    const own = Object.values(identity.written);
    const read = [
      database.password,
      queue.password,
      ...(vault.own === undefined ? [] : [vault.own.database]),
    ];
    const given = site.config.vault.kind === 'existing' ? [site.config.vault.appRoleSecret] : [];
    const rights = allow(
      site,
      'bootstrap',
      identity.accounts.bootstrap,
      [
        {
          apiGroups: [''],
          resources: ['secrets'],
          resourceNames: [...[...read, ...own].map(({ secret }) => secret), ...given],
          verbs: ['get'],
        },
        {
          apiGroups: [''],
          resources: ['secrets'],
          resourceNames: own.map(({ secret }) => secret),
          verbs: ['patch'],
        },
      ],
      options,
    );
    const entries = [...read, ...own].flatMap(({ ready }) => ready);
    this.#options = { ...options, dependsOn: [rights, ...entries, ...database.ready, ...queue.ready] };
  }

  /** `only` a step of it; without, all of them. */
  run(name: string, only: string | undefined, after: pulumi.Resource[]): Job {
    const { site, identity, registry } = this.#args;
    const component = 'bootstrap';
    const { dependsOn = [] } = this.#options;
    const digest = this.#digest.apply((settings) =>
      registry.images.platform.apply((image) => digestOf([settings, image]).slice(0, 8)),
    );
    return new Job(
      name,
      {
        metadata: metaOf(site, { name: digest.apply((text) => `${name}-${text}`), component }),
        spec: {
          backoffLimit: 6,
          activeDeadlineSeconds: MOST_SECONDS,
          template: {
            metadata: { labels: labelsOf(site, component) },
            spec: {
              ...platformPod({
                role: 'bootstrap',
                image: registry.images.platform,
                account: identity.accounts.bootstrap,
                pullSecrets: registry.pullSecrets,
                settings: this.#settings.metadata.name,
                size: { ...sizeOf(site.config, 'appHost'), share: 1 / 8 },
                args: only === undefined ? [] : ['--only', only],
              }),
              restartPolicy: 'Never',
            },
          },
        },
      },
      {
        ...this.#options,
        dependsOn: [...(dependsOn as pulumi.Resource[]), ...after],
        customTimeouts: { create: `${MOST_SECONDS}s` },
      },
    );
  }
}
