/** A cloud's groups of machines: what is there, how many shall be, which shall go. One file per cloud beside this one. */
import type { MachineGroup } from '../../settings.ts';
import { CoveError } from '../errors.ts';
import type { ClusterSigner } from '../machine-proofs/kubernetes.ts';

export interface CloudMachine {
  /** As the cloud names it, and as the machine itself can prove it. */
  id: string;
  /** `ending`: it was told to go, and is still there. */
  state: 'starting' | 'running' | 'ending';
  launchedAt: Date;
  /** It bears the group's mark and lives, though the group does not know it, or not any more. `wanted` does not count it. */
  stray?: true;
}
export interface GroupLook {
  /** How many the cloud was asked for; some of them may not be there yet. */
  wanted: number;
  /** The most it would take. */
  largest: number;
  /** All that are there, those that end and strays too: a machine that is gone is not listed. */
  machines: CloudMachine[];
  /** Why the cloud does not give what was asked for, in its own words; null: it does, or has not said. */
  refusal: string | null;
}
export interface Machines {
  look(): Promise<GroupLook>;
  /** Asks for so many in all; only ever more than `look` told. Repeating it changes nothing. */
  grow(wanted: number): Promise<void>;
  /** Ends these, and asks for as many fewer of those that are no strays. One that is gone already is no error. */
  end(ids: string[]): Promise<void>;
  /** Gives up what was asked for and is not there yet. No machine that is there ends by it. */
  forgo(): Promise<void>;
  /** The machine, if it is one of this group and not ending: a machine that wants to join is looked up by this. */
  describe(id: string): Promise<CloudMachine | null>;
  /** Who signs the tokens by which its machines prove themselves, where that is not known everywhere: a cluster. */
  signer?(): Promise<ClusterSigner>;
  close(): void;
}

/** Opens a group. The SDK of a cloud is loaded only for it; credentials are the machine's own. */
export async function openMachines(group: MachineGroup): Promise<Machines> {
  switch (group.kind) {
    case 'aws':
      return (await import('./aws.ts')).awsMachines(group);
    case 'gcp':
      return (await import('./gcp.ts')).gcpMachines(group);
    case 'kubernetes':
      return (await import('./kubernetes.ts')).kubernetesMachines(group);
    case 'azure':
      return (await import('./azure.ts')).azureMachines(group);
    case 'workerStack':
      throw new CoveError(
        'invalid',
        `Only its scaler reaches group ${group.group} of worker stack ${group.stack}`,
      );
  }
}
