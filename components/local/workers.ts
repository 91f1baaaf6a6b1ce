/** One worker for each environment: it knows the API's address and its own token, nothing else. */
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import type { WorkerSettings } from '../../app/settings.ts';
import type { AppHostParts, DatabaseParts } from '../contract.ts';
import { workerName } from './bootstrap.ts';
import type { Identity } from './identity.ts';
import type { Machine } from './machine.ts';
import { nodeService } from './node-service.ts';
import { File, type Service } from './resources.ts';
import { outboundOf, type Site } from './site.ts';

export interface WorkersArgs {
  site: Site;
  machine: Machine;
  identity: Identity;
  /** A worker's token is void when the database was made anew. */
  database: Pick<DatabaseParts, 'generation'>;
  appHost: AppHostParts;
  after: pulumi.Resource[];
}

export class Workers extends pulumi.ComponentResource {
  readonly services: Service[];

  constructor(name: string, args: WorkersArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:local:Workers', name, {}, options);
    const { site, machine, identity, database, appHost, after } = args;
    this.services = site.config.environments.map(({ slug, executor, slots, mounts }) => {
      const worker = workerName(slug);
      const content = appHost.httpUrl.apply((apiUrl) => {
        const settings: WorkerSettings = {
          role: 'worker',
          name: worker,
          apiUrl,
          tokenFile: identity.workerToken(slug),
          folder: join(site.places.data, 'worker', slug),
          executors: [executor],
          slots,
          dockerSocket: site.config.dockerSocket,
          // Vault's own login to the database is among its settings.
          ...(executor === 'process' && { hidden: [site.places.folder] }),
          ...(mounts.length > 0 && { mounts }),
          ...outboundOf(site.config),
          relay: false,
        };
        return `${JSON.stringify(settings, null, 2)}\n`;
      });
      const settings = new File(
        `${worker}.json`,
        { path: join(site.places.settings, `${worker}.json`), content },
        { parent: this, dependsOn: machine },
      );
      return nodeService(
        worker,
        {
          site,
          settings,
          heapMegabytes: 128,
          rank: 40,
          startSeconds: 60,
          watch: { database: database.generation },
        },
        { parent: this, dependsOn: [machine, ...after] },
      );
    });
    this.registerOutputs({});
  }
}
