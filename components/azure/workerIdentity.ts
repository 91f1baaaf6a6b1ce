/** Who may do what in a worker stack: the key vault, the scaler's identity, and the accounts that jobs may act as. */
import * as pulumi from '@pulumi/pulumi';
import { type Account, givenOrOwnAccount, serviceAccounts } from './accounts.ts';
import type { Group } from './group.ts';
import { keyVault } from './key-vault.ts';
import type { Network } from './network.ts';
import type { Keeper } from './secret.ts';
import type { WorkerStackSite } from './site.ts';

export interface WorkerIdentityArgs {
  site: WorkerStackSite;
  group: Group;
  network: Network;
}

export class WorkerIdentity extends pulumi.ComponentResource {
  readonly keeper: Keeper;
  readonly vaultUrl: pulumi.Output<string>;
  /** The scaler's; what it may do is said where it is used. */
  readonly scaler: Account;
  /** By the name of the service account. */
  readonly accounts: Record<string, Account>;

  constructor(name: string, args: WorkerIdentityArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:azure:WorkerIdentity', name, {}, options);
    const { keeper, url } = keyVault(args, this);
    this.keeper = keeper;
    this.vaultUrl = url;
    this.scaler = givenOrOwnAccount(args.site.config.given.scalerIdentity, 'scaler', args, { parent: this });
    this.accounts = serviceAccounts(args, { parent: this });
    this.registerOutputs({ vaultUrl: this.vaultUrl, scaler: this.scaler.id });
  }
}
