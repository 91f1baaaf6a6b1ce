/** The record that a job has run through this installation, and whether that was in a container. */
import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';

export interface Proof {
  /** Version of Cove that was proven. */
  version: string;
  /** Commit of the example that ran. */
  commit: string;
  container: boolean;
  execution: string;
  counter: number;
  /** Page of the execution. */
  url: string;
  time: string;
}

export function readProof(file: string): Proof | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Proof;
  } catch {
    return null;
  }
}

export async function writeProof(file: string, proof: Proof): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(proof, null, 2)}\n`);
  await rename(`${file}.new`, file);
}

/** Whether `up` should prove it again: another version, another example, or a container is possible now at last. */
export function needsProof(
  proof: Proof | null,
  now: { version: string; commit: string; containerPossible: boolean },
): boolean {
  if (proof === null || proof.version !== now.version || proof.commit !== now.commit) return true;
  return !proof.container && now.containerPossible;
}
