/** What a joining machine is held against, and what it is given: the cloud's side of `POST /api/worker/v1/join`. */
import type { JoinSettings } from '../settings.ts';
import { CoveError } from './errors.ts';
import { type MachineProof, type ProvenMachine, verifyProof } from './machine-proofs/proof.ts';
import { type RegistryLogin, registryLogin } from './registry-login.ts';

export interface Joining {
  settings: Pick<JoinSettings, 'image' | 'withinMinutes'>;
  /** Throws `unauthenticated` with what does not hold. */
  verify(proof: MachineProof): Promise<ProvenMachine>;
  /** Name of the group the machine belongs to now; null where it is in none. */
  groupOf(machineId: string): Promise<string | null>;
  registryLogin(): Promise<RegistryLogin | null>;
}

export function openJoining(settings: JoinSettings): Joining {
  const { proof, endpoint } = settings;
  return {
    settings,
    verify: (given) => verifyProof(proof, given),
    async groupOf(machineId) {
      if (proof.kind === 'aws')
        return (await import('./machines/aws-group.ts')).awsGroupOf(
          { region: proof.region, endpoint },
          machineId,
        );
      if (proof.kind === 'azure' && proof.resourceGroup !== undefined)
        return (await import('./machines/azure-group.ts')).azureGroupOf(
          { subscriptionId: proof.subscriptionId, resourceGroup: proof.resourceGroup },
          machineId,
        );
      if (proof.kind === 'gcp') return (await import('./machines/gcp-group.ts')).gcpGroupOf(proof, machineId);
      if (proof.kind === 'kubernetes')
        return (await import('./machines/kubernetes.ts')).kubernetesGroupOf(proof.namespace, machineId);
      throw new CoveError('invalid', `This version cannot ask ${proof.kind} for a machine's group yet`);
    },
    registryLogin: () => registryLogin(settings.registry),
  };
}
