/** What the application host may do, and nothing else (reference: infrastructure 2.2). Pure. */
import type { Statement } from '../role.ts';
import { allow, hostRights, machineRights } from './host.ts';

export interface AppHostRights {
  installation: string;
  accountId: string;
  region: string;
  keyArn: string;
  buckets: string[];
  /** Entries it reads, and those that the bootstrap writes as well. */
  read: string[];
  write: string[];
  /** Repositories whose images it and the workers run. */
  repositories: string[];
  logGroup: string;
}

export function appHostStatements(rights: AppHostRights): Statement[] {
  const { keyArn, buckets, read, write, repositories, logGroup } = rights;
  return [
    // Its secrets: reads those, writes only what the bootstrap makes.
    allow(['secretsmanager:GetSecretValue'], [...read, ...write]),
    allow(['secretsmanager:PutSecretValue'], write),
    allow(['kms:Decrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'], [keyArn]),
    // Its buckets; workers get signed addresses made with these rights.
    allow(
      ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads', 's3:ListBucketVersions'],
      buckets,
    ),
    allow(
      [
        's3:GetObject',
        's3:PutObject',
        's3:DeleteObject',
        's3:AbortMultipartUpload',
        's3:ListMultipartUploadParts',
      ],
      buckets.map((arn) => `${arn}/*`),
    ),
    ...machineRights(rights),
    ...hostRights({ repositories, logGroup }),
  ];
}
