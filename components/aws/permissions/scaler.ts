/** What a worker stack's scaler may do, and nothing else: size its groups, and read its own token. Pure. */
import type { Statement } from '../role.ts';
import { allow, hostRights, machineRights } from './host.ts';

export interface ScalerRights {
  /** Name of the worker stack: its groups are named and tagged by it. */
  installation: string;
  accountId: string;
  region: string;
  keyArn: string;
  /** The entry with its token. */
  token: string;
  repositories: string[];
  logGroup: string;
}

export const scalerStatements = (rights: ScalerRights): Statement[] => [
  allow(['secretsmanager:GetSecretValue'], [rights.token]),
  allow(['kms:Decrypt', 'kms:DescribeKey'], [rights.keyArn]),
  ...machineRights(rights),
  ...hostRights(rights),
];
