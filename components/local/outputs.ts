/** What an installation tells about itself: addresses, never a secret. Also in `outputs.json`, for scripts. */
import * as pulumi from '@pulumi/pulumi';
import type { AppHostParts, InstallationOutputs } from '../contract.ts';
import type { Ingress } from './ingress.ts';
import type { Machine } from './machine.ts';
import { File } from './resources.ts';
import type { Site } from './site.ts';

export interface OutputsArgs {
  site: Site;
  machine: Machine;
  ingress: Ingress;
  appHost: AppHostParts;
  after: pulumi.Resource[];
}

export class Outputs extends pulumi.ComponentResource {
  readonly parts: InstallationOutputs;

  constructor(name: string, args: OutputsArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:local:Outputs', name, {}, options);
    const { site, machine, ingress, appHost, after } = args;
    this.parts = {
      installation: site.name,
      httpUrl: appHost.httpUrl,
      publicUrl: appHost.publicUrl,
      administrator: site.config.administrator.username,
      certificateAuthority: ingress.certificate.authority,
      folder: machine.folder,
    };
    new File(
      'outputs.json',
      {
        path: site.places.outputs,
        content: pulumi.output(this.parts).apply((known) => `${JSON.stringify(known, null, 2)}\n`),
      },
      { parent: this, dependsOn: after },
    );
    this.registerOutputs(this.parts);
  }
}
