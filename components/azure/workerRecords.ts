/** What is written down about a worker stack: who spoke with whom in its network, and who read its secret. */
import { DiagnosticSetting } from '@pulumi/azure-native/monitor/diagnosticSetting.js';
import * as pulumi from '@pulumi/pulumi';
import { flowLogStore } from './flow-logs.ts';
import type { Group } from './group.ts';
import type { Network } from './network.ts';
import type { Scaler } from './scaler.ts';
import type { WorkerStackSite } from './site.ts';
import type { WorkerIdentity } from './workerIdentity.ts';

export interface WorkerRecordsArgs {
  site: WorkerStackSite;
  group: Group;
  network: Network;
  identity: WorkerIdentity;
  scaler: Scaler;
}

export class WorkerRecords extends pulumi.ComponentResource {
  constructor(name: string, args: WorkerRecordsArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:azure:WorkerRecords', name, {}, options);
    const { site, network, identity, scaler } = args;
    if (site.config.network.kind === 'dedicated') network.record(flowLogStore(args, { parent: this }));
    new DiagnosticSetting(
      'vault',
      {
        name: site.named('logs'),
        resourceUri: identity.keeper.vaultId,
        workspaceId: scaler.logGroup,
        logs: [{ categoryGroup: 'audit', enabled: true }],
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
