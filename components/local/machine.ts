/** The machine itself: the installation's folders and the supervisor of its services. */
import * as pulumi from '@pulumi/pulumi';
import { Folder, Supervisor } from './resources.ts';
import type { Site } from './site.ts';

export interface MachineArgs {
  site: Site;
}

/** Everything else of a local installation stands on it. */
export class Machine extends pulumi.ComponentResource {
  readonly folder: pulumi.Output<string>;
  readonly supervisor: Supervisor;

  constructor(name: string, { site }: MachineArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:local:Machine', name, {}, options);
    const { places } = site;
    const folder = (part: 'keys' | 'data' | 'settings' | 'certificates' | 'logs', keep: boolean) =>
      new Folder(part, { path: places[part], keep }, { parent: this });
    // What people made, and what opens it, outlives the installation.
    const kept = [folder('keys', true), folder('data', true)];
    const passing = [folder('settings', false), folder('certificates', false), folder('logs', false)];
    this.supervisor = new Supervisor(
      'supervisor',
      { folder: places.folder, program: site.supervisor },
      { parent: this, dependsOn: [...kept, ...passing] },
    );
    this.folder = pulumi.output(places.folder);
    this.registerOutputs({ folder: this.folder });
  }
}
