/**
 * Who workers' machines are: an account without any grant, by which a machine proves itself and can do nothing; and the
 * accounts of the config, which jobs of an environment may act as.
 */
import { IAMMember } from '@pulumi/gcp/projects/iammember.js';
import { Account } from '@pulumi/gcp/serviceaccount/account.js';
import { BucketIAMMember } from '@pulumi/gcp/storage/bucketIAMMember.js';
import * as pulumi from '@pulumi/pulumi';
import { accountName } from './names.ts';
import { bucketGrants } from './permissions/service-account.ts';
import type { WorkerSite } from './site.ts';

/** Address of the account without grants. */
export function bareAccount(site: WorkerSite, options: pulumi.CustomResourceOptions): pulumi.Output<string> {
  const { workerAccount } = site.config.given;
  if (workerAccount !== undefined) return pulumi.output(workerAccount);
  return new Account(
    'worker',
    {
      accountId: accountName(site.name, 'worker'),
      displayName: `Cove ${site.name}: workers, without any grant`,
    },
    options,
  ).email;
}

/** The account whose address the config gives, its roles being the operator's; else one of the installation. */
export const givenOrOwnAccount = (
  given: string | undefined,
  part: 'app-host' | 'scaler',
  site: WorkerSite,
  options: pulumi.CustomResourceOptions,
): pulumi.Output<string> =>
  given === undefined
    ? new Account(
        part,
        {
          accountId: accountName(site.name, part),
          displayName: `Cove ${site.name}: ${part === 'scaler' ? 'scaler' : 'application host'}`,
        },
        options,
      ).email
    : pulumi.output(given);

/** Addresses by the name that environments call them by. */
export function serviceAccounts(
  site: WorkerSite,
  options: pulumi.CustomResourceOptions,
): Record<string, pulumi.Output<string>> {
  const { serviceAccounts: wanted, projectId } = site.config;
  return Object.fromEntries(
    wanted.map((one) => {
      if (one.account !== undefined) return [one.name, pulumi.output(one.account)];
      const { email } = new Account(
        one.name,
        {
          accountId: accountName(site.name, one.name),
          displayName: `Cove ${site.name}: jobs as ${one.name}`,
        },
        options,
      );
      const member = pulumi.interpolate`serviceAccount:${email}`;
      for (const role of one.roles)
        new IAMMember(`${one.name}-${role}`, { project: projectId, role, member }, options);
      for (const { bucket, role } of bucketGrants(one))
        new BucketIAMMember(`${one.name}-${bucket}`, { bucket, role, member }, options);
      return [one.name, email];
    }),
  );
}
