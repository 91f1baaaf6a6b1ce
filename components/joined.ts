/** A worker stack's entry at the installation that it joins: made last, and the first to go, so that no job is sent into a void. */
import { createHash } from 'node:crypto';
import * as pulumi from '@pulumi/pulumi';
import type { BootstrapSettings, JoinSettings } from '../app/settings.ts';
import type { WorkerGroup, WorkerStackOutputs } from './contract.ts';
import { WorkerStack } from './workerStack.ts';

export interface EntryArgs {
  site: {
    name: string;
    config: { joins: { url: string }; region: string };
    certificateAuthorities: string[];
  };
  target: WorkerStackOutputs['workers']['target'];
  environments: pulumi.Input<Omit<BootstrapSettings['environments'][number], 'workers'>[]>;
  egress: string[];
  registry: { images: WorkerStackOutputs['workers']['images'] };
  scaler: pulumi.Resource & ScalerParts;
  workers: pulumi.Resource & { groups: WorkerGroup[] };
}
/** What any cloud's scaler tells of itself. */
export interface ScalerParts {
  /** What machines of the stack are proven by. */
  proof: pulumi.Input<JoinSettings['proof']>;
  /** What it proves itself by at the installation, which is told its hash alone. */
  token: { value?: pulumi.Output<string> };
  group: pulumi.Output<string>;
  logGroup: pulumi.Output<string>;
}

/** Each cloud's `joined.ts` says what of it is its own. */
export class StackEntry extends pulumi.ComponentResource {
  readonly parts: WorkerStackOutputs;

  constructor(type: string, name: string, args: EntryArgs, options?: pulumi.ComponentResourceOptions) {
    super(type, name, {}, options);
    const { site, target, environments, egress, registry, scaler, workers } = args;
    const { joins, region } = site.config;
    const authorities = site.certificateAuthorities;
    new WorkerStack(
      'stack',
      {
        apiUrl: joins.url,
        name: site.name,
        proof: scaler.proof,
        // The hash of 280 random bits tells nobody the token.
        tokenSha256: pulumi.unsecret(scaler.token.value!.apply(sha256)),
        environments,
        ...(authorities.length === 0 ? {} : { caPem: authorities.join('\n') }),
      },
      { parent: this, dependsOn: [scaler, workers] },
    );
    this.parts = {
      installation: site.name,
      publicUrl: joins.url,
      workers: {
        target,
        region,
        scalerGroup: scaler.group,
        logGroup: scaler.logGroup,
        workerGroups: workers.groups,
        images: registry.images,
        egress,
      },
    };
    this.registerOutputs(this.parts);
  }
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
