/** The programs that no npm package carries, found or got by the toolchain. */
import { ensure } from '../../toolchain/programs.js';
import type { Progress } from '../../toolchain/types.d.ts';
import { size } from './table.ts';

export const PROGRAMS = ['pulumi', 'bao', 'redis-server', 'postgres'] as const;
type Program = (typeof PROGRAMS)[number];

/** Absolute path of a program; says what it is doing while it gets it. */
export const getProgram = (name: Program, say: (line: string) => void): Promise<string> =>
  ensure(name, { onProgress: (progress) => say(line(progress)) });

/** Several at once; each says its own lines. */
export async function getPrograms(say: (line: string) => void): Promise<Record<Program, string>> {
  const paths: Partial<Record<Program, string>> = {};
  // One after the other: two builds at once only take each other's processor.
  for (const name of PROGRAMS) paths[name] = await getProgram(name, say);
  return paths as Record<Program, string>;
}

function line({ message, bytes, total, detail, done, failed }: Progress): string {
  if (failed !== undefined) return `${message}: ${failed.split('\n')[0]}`;
  if (done === true) return `${message}: done`;
  const parts = [];
  if (bytes !== undefined) parts.push(total === undefined ? size(bytes) : `${size(bytes)} of ${size(total)}`);
  if (detail !== undefined) parts.push(detail);
  return parts.length === 0 ? message : `${message} (${parts.join(', ')})`;
}
