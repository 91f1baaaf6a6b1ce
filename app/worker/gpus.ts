/** The GPUs of this machine, by the ids that the NVIDIA toolkit takes. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const ANSWER_MS = 20_000;

/**
 * What `nvidia-smi -L` prints, a line for each: `GPU 0: Tesla T4 (UUID: GPU-…)`, and indented below it, where the GPU is
 * parted, `MIG 1g.5gb Device 0: (UUID: MIG-…)`: its parts then, which are devices of their own. Pure.
 */
export function parseGpus(text: string): string[] {
  const found: { gpu: string; parts: string[] }[] = [];
  for (const line of text.split('\n')) {
    const [, indent, id] = /^(\s*)(?:GPU|MIG) .*\(UUID: ((?:GPU|MIG)-[\w/.-]+)\)\s*$/.exec(line) ?? [];
    if (id === undefined) continue;
    if (indent === '') found.push({ gpu: id, parts: [] });
    else found.at(-1)?.parts.push(id);
  }
  return found.flatMap(({ gpu, parts }) => (parts.length > 0 ? parts : [gpu]));
}

/** None where there is no driver. `warn`: there is one, and it does not answer. */
export async function findGpus(warn: (message: string) => void, program = 'nvidia-smi'): Promise<string[]> {
  try {
    const { stdout } = await promisify(execFile)(program, ['-L'], { timeout: ANSWER_MS });
    return parseGpus(stdout);
  } catch (error) {
    const { code, stdout = '', message } = error as Error & { code?: string | number; stdout?: string };
    if (code !== 'ENOENT') warn(stdout.trim() === '' ? message : stdout.trim());
    return [];
  }
}
