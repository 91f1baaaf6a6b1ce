/** Picks the stack that a config asks for. `cove` runs it through the Automation API; `main.ts` for a plain `pulumi up`. */
import type { Choices } from '../components/choices.ts';
import { type AnyConfig, isWorkerStack, type WorkersConfig } from '../config/schema.ts';
import { spareDebugging } from './sdk.ts';

export * from './services.ts';

/** The Pulumi program of an installation, or of workers that join one; what it returns are the stack's outputs. */
export function program({
  name,
  config,
  ...choices
}: {
  name: string;
  config: AnyConfig;
} & Choices): () => Promise<Record<string, unknown>> {
  return async () => {
    spareDebugging();
    if (isWorkerStack(config)) return workers(name, config, choices);
    switch (config.target) {
      case 'local':
        return { ...(await import('./local.ts')).local(name, config) };
      case 'aws':
        return { ...(await import('./aws.ts')).aws(name, config, choices) };
      case 'azure':
        return { ...(await import('./azure.ts')).azure(name, config, choices) };
      case 'gcp':
        return { ...(await import('./gcp.ts')).gcp(name, config, choices) };
      case 'kubernetes':
        return { ...(await import('./kubernetes.ts')).kubernetes(name, config, choices) };
    }
  };
}

async function workers(
  name: string,
  config: WorkersConfig,
  choices: Choices,
): Promise<Record<string, unknown>> {
  switch (config.target) {
    case 'aws':
      return { ...(await import('./aws-workers.ts')).awsWorkers(name, config, choices) };
    case 'azure':
      return { ...(await import('./azure-workers.ts')).azureWorkers(name, config, choices) };
    case 'gcp':
      return { ...(await import('./gcp-workers.ts')).gcpWorkers(name, config, choices) };
    case 'kubernetes':
      return { ...(await import('./kubernetes-workers.ts')).kubernetesWorkers(name, config, choices) };
  }
}
