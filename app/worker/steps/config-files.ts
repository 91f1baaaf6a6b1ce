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

/**
 * `inputs.json` (contract 3.2). `folder` is the inputs' folder as the job sees it. What is fetched on demand has an
 * `input_id` to ask with at `input_request`, and a path where the job may put it.
 */
export function inputsConfig(
  inputs: JobSpec['inputs'],
  fetched: readonly FetchedFile[],
  folder: string,
): Record<string, { input_id?: string; files: unknown[] }> {
  const config = ({ name: input, download }: JobSpec['inputs'][number]) => {
    const demand = { input_id: input, download_intent: 'on-demand' };
    const files = fetched
      .filter((f) => f.input === input)
      .map(({ name, place, file, size, checksums: { md5, sha1, sha256 } }) => ({
        name,
        path: posix.join(folder, place),
        size,
        uri: file.uri,
        checksums: { md5, sha1, sha256 },
        metadata: file.metadata,
        datum_id: file.datum_id,
        ...(download === 'on-demand' && { ...demand, storage_uri: file.uri }),
      }));
    return download === 'on-demand' ? { input_id: input, files } : { files };
  };
  return Object.fromEntries(inputs.map((input) => [input.name, config(input)]));
}

/** Writes all of them. They may hold a token of the run; their folder is closed to other users of the machine. */
export async function writeConfig(folder: string, documents: Record<string, unknown>): Promise<void> {
  await Promise.all(
    Object.entries(documents).flatMap(([name, document]) => [
      writeFile(join(folder, `${name}.json`), asJson(document)),
      writeFile(join(folder, `${name}.yaml`), asYaml(document)),
    ]),
  );
}

/** A document that is text by now, JSON and YAML in one. */
export class Written {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
const asJson = (document: unknown) =>
  document instanceof Written ? document.text : JSON.stringify(document, null, 2);
const asYaml = (document: unknown) =>
  document instanceof Written ? document.text : stringify(document, { aliasDuplicateObjects: false });
