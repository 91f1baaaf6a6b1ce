/** A worker stack's entry at the installation that it joins. */
import * as pulumi from '@pulumi/pulumi';
import type { BootstrapSettings, JoinSettings } from '../app/settings.ts';
import type { Named } from './contract.ts';
import type { WorkerStackInputs } from './provider/kinds/worker-stack.ts';

type Environment = Omit<BootstrapSettings['environments'][number], 'workers'>;
type Told = Omit<WorkerStackInputs, 'proof' | 'environments'> & {
  proof: JoinSettings['proof'];
  environments: Environment[];
};

export class WorkerStack extends pulumi.CustomResource {
  constructor(name: string, args: Named<Told>, options?: pulumi.CustomResourceOptions) {
    super('cove:workers:WorkerStack', name, { ...args }, options);
  }
}
