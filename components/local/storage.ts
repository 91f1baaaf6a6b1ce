/** The object store: a folder, whose signed addresses the API serves itself. */
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import type { StorageParts } from '../contract.ts';
import type { Machine } from './machine.ts';
import { Folder } from './resources.ts';
import type { Site } from './site.ts';

export class Storage extends pulumi.ComponentResource {
  readonly parts: StorageParts & { kind: 'fs' };

  constructor(
    name: string,
    { site, machine }: { site: Site; machine: Machine },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:local:Storage', name, {}, options);
    const folder = new Folder(
      'store',
      { path: join(site.places.data, 'store'), keep: true },
      { parent: this, dependsOn: machine },
    );
    this.parts = { kind: 'fs', folder: folder.path };
    this.registerOutputs(this.parts);
  }
}
