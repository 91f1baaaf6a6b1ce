import type { Platform } from '../context.ts';
import { notFound } from '../errors.ts';
import { inputFilesOf } from '../executions/input-files.ts';
import { inputData } from './input-data.ts';
import { requireJob } from './job-guard.ts';

const EXPIRES_SECONDS = 6 * 3600;

export interface RequestedInput {
  name: string;
  files: {
    input_id: string;
    url: string;
    original_uri: string;
    /** As in the job's `inputs.json`. */
    filename: string | null;
    download_intent: 'always' | 'on-demand';
  }[];
}

/** Addresses to fetch files of inputs from, for the job itself (contract 3.2). An input's id is its name. */
export async function requestInputs(
  platform: Platform,
  input: { executionId: string; jobToken: string; inputs: readonly string[] },
): Promise<RequestedInput[]> {
  const job = await requireJob(platform, input);
  const unknown = input.inputs.find((name) => !job.inputs.some((one) => one.name === name));
  if (unknown !== undefined) throw notFound(`Input ${unknown} of this execution`);
  const files = (await inputFilesOf(platform.db, job)).filter((file) => input.inputs.includes(file.input));
  const data = await inputData({ platform }, job.projectId, files, EXPIRES_SECONDS);
  return job.inputs
    .filter(({ name }) => input.inputs.includes(name))
    .map(({ name, download }) => ({
      name,
      files: files
        .filter((file) => file.input === name)
        .map(({ uri, name: filename, datum_id }) => ({
          input_id: name,
          url: data.get(datum_id ?? uri)?.url ?? uri,
          original_uri: uri,
          filename,
          download_intent: download ?? 'always',
        })),
    }));
}
