/** What a firewall has to let through, told before anything is made. Pure. */
import type { CloudConfig, WorkersConfig } from '../config/schema.ts';

/** Hosts that the machines of an installation, or of a worker stack, reach outside their network; none in private mode. */
export async function egressOf(name: string, config: CloudConfig | WorkersConfig): Promise<string[]> {
  switch (config.target) {
    case 'aws':
      return (await import('../components/aws/egress.ts')).egressOf(config);
    case 'azure':
      return (await import('../components/azure/egress.ts')).egressOf(name, config);
    case 'gcp':
      return (await import('../components/gcp/egress.ts')).egressOf(config);
    case 'kubernetes':
      return (await import('../components/kubernetes/egress.ts')).egressOf(config);
  }
}
