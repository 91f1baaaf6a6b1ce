/** `/valohai/config`: each file as JSON and as YAML (contract 3.2). */
import { writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { stringify } from 'yaml';
import type { JobSpec } from '../../protocol/worker.ts';
import type { FetchedFile } from './inputs.ts';

/** What this machine is, for the job to read. */
export interface Runtime {
  worker: string;
  environment: string;
  executor: string;
  image: string;
  hostname: string;
  cpu_count: number;
  memory_bytes: number;
}

/** `inputs.json`. `folder` is the inputs' folder as the job sees it. */
export function inputsConfig(
  inputs: JobSpec['inputs'],
  fetched: readonly FetchedFile[],
  folder: string,
): Record<string, { files: unknown[] }> {
  const files = (input: string) =>
    fetched
      .filter((f) => f.input === input)
      .map(({ name, place, file, size, checksums: { md5, sha1, sha256 } }) => ({
        name,
        path: posix.join(folder, place),
        size,
        uri: file.uri,
        checksums: { md5, sha1, sha256 },
        metadata: file.metadata,
        datum_id: file.datum_id,
      }));
  return Object.fromEntries(inputs.map(({ name }) => [name, { files: files(name) }]));
}

/** Writes all of them. They may hold a token of the run; their folder is closed to other users of the machine. */
export async function writeConfig(folder: string, documents: Record<string, unknown>): Promise<void> {
  await Promise.all(
    Object.entries(documents).flatMap(([name, document]) => [
      writeFile(join(folder, `${name}.json`), JSON.stringify(document, null, 2)),
      writeFile(join(folder, `${name}.yaml`), stringify(document, { aliasDuplicateObjects: false })),
    ]),
  );
}
