/** Picks the cloud of a config; each is loaded only when it is asked, for its SDK takes its time. */
import type { CloudConfig } from '../../../config/schema.ts';
import { CliError, EXIT } from '../errors.ts';
import type { Cloud, Founder } from './cloud.ts';

export const TARGETS = ['aws', 'azure', 'kubernetes'] as const;
export type CloudTarget = (typeof TARGETS)[number];

export async function cloudOf({ target }: CloudConfig): Promise<Cloud> {
  switch (target) {
    case 'aws':
      return (await import('./aws/cloud.ts')).awsCloud;
    case 'azure':
      return (await import('./azure/cloud.ts')).azureCloud;
    case 'gcp':
      throw new CliError(`This version cannot work on target ${target} from the command line yet.`, {
        exitCode: EXIT.usage,
      });
    case 'kubernetes':
      return (await import('./kubernetes/cloud.ts')).kubernetesCloud;
  }
}

export async function founderOf(target: CloudTarget): Promise<Founder> {
  switch (target) {
    case 'aws':
      return (await import('./aws/founder.ts')).awsFounder;
    case 'azure':
      return (await import('./azure/founder.ts')).azureFounder;
    case 'kubernetes':
      return (await import('./kubernetes/founder.ts')).kubernetesFounder;
  }
}
