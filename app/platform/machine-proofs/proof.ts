/** How a machine proves to the API which one it is: by what its cloud signs and only that machine can fetch. */
import type { JoinSettings } from '../../settings.ts';
import { CoveError } from '../errors.ts';
import type { ClusterSigner } from './kubernetes.ts';

export type ProofSettings = JoinSettings['proof'];
/** As it travels; the same form as in the protocol. */
export type MachineProof =
  | { kind: 'aws'; pkcs7: string; document?: string | undefined }
  | { kind: 'gcp'; token: string }
  | { kind: 'azure'; pkcs7: string }
  | { kind: 'kubernetes'; token: string };

/** What a proof that holds says. */
export interface ProvenMachine {
  /** The cloud's own name of the machine: AWS `i-…`, Google the number, Azure the VM's id, Kubernetes the pod's. */
  id: string;
  /** When the machine began, or when the proof was signed where that is all it tells. */
  since: Date;
}

/**
 * Throws `unauthenticated` with what does not hold. Each cloud's code is loaded only for it. `signer`: of a worker stack's
 * cluster, null where that is not known; left out for the API's own cluster.
 */
export async function verifyProof(
  settings: ProofSettings,
  proof: MachineProof,
  signer?: ClusterSigner | null,
): Promise<ProvenMachine> {
  if (settings.kind === 'aws' && proof.kind === 'aws')
    return (await import('./aws.ts')).verifyAws(settings, proof);
  if (settings.kind === 'gcp' && proof.kind === 'gcp')
    return (await import('./gcp.ts')).verifyGcp(settings, proof);
  if (settings.kind === 'azure' && proof.kind === 'azure')
    return (await import('./azure.ts')).verifyAzure(settings, proof);
  if (settings.kind === 'kubernetes' && proof.kind === 'kubernetes')
    return (await import('./kubernetes.ts')).verifyKubernetes(settings, proof, { signer });
  throw refused(`machines here prove themselves by ${settings.kind}, not by ${proof.kind}`);
}

export const refused = (found: string) =>
  new CoveError('unauthenticated', `The machine's proof does not hold: ${found}`);
