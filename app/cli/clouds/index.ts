/** Picks the cloud of a config; each is loaded only when it is asked, for its SDK takes its time. */
import type { CloudConfig, WorkersConfig } from '../../../config/schema.ts';
import type { Cloud, Founder } from './cloud.ts';

export const TARGETS = ['aws', 'azure', 'gcp', 'kubernetes'] as const;
export type CloudTarget = (typeof TARGETS)[number];

export async function cloudOf({
  target,
}: CloudConfig | WorkersConfig): Promise<Cloud<CloudConfig, WorkersConfig>> {
  switch (target) {
    case 'aws':
      return (await import('./aws/cloud.ts')).awsCloud;
    case 'azure':
      return (await import('./azure/cloud.ts')).azureCloud;
    case 'gcp':
      return (await import('./gcp/cloud.ts')).gcpCloud;
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
    case 'gcp':
      return (await import('./gcp/founder.ts')).gcpFounder;
    case 'kubernetes':
      return (await import('./kubernetes/founder.ts')).kubernetesFounder;
  }
}
