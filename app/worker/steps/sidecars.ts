/** Metadata of outputs, written by the job beside them (contract 3.4). */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { MAX_DEPTH, nestedBeyond, pythonJson } from '../log/metadata.ts';

export const JSONL = 'valohai.metadata.jsonl';
const SUFFIX = '.metadata.json';
const MAX_JSONL_BYTES = 64 * 1024 * 1024;
/** Of one file; several go into one report. */
const MAX_BYTES = 1024 * 1024;
type Metadata = Record<string, unknown>;

export const sidecarOf = (name: string): string => name + SUFFIX;

/** The output a sidecar belongs to, or null where the name is none of a sidecar. */
export const ownerOf = (name: string): string | null =>
  name.endsWith(SUFFIX) && !name.endsWith(`/${SUFFIX}`) && name !== SUFFIX
    ? name.slice(0, -SUFFIX.length)
    : null;

/** Lines `{"file": …, "metadata": {…}}` by file; of several lines for one file the later keys win. Pure. */
export function parseJsonl(text: string, complain: (message: string) => void): Map<string, Metadata> {
  const found = new Map<string, Metadata>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const { file, metadata } = parseObject(line) ?? {};
    const problem =
      typeof file === 'string' && isObject(metadata)
        ? tooMuch(line, metadata)
        : 'not of the form {"file": "…", "metadata": {…}}';
    if (problem === null)
      found.set(file as string, { ...found.get(file as string), ...(metadata as Metadata) });
    else complain(`${JSONL}, line ${index + 1}: ${problem}; left out`);
  }
  return found;
}

/** All metadata lines of a folder. */
export async function readJsonl(
  folder: string,
  complain: (message: string) => void,
): Promise<Map<string, Metadata>> {
  const text = await readSmall(join(folder, JSONL), MAX_JSONL_BYTES, complain);
  return text === null ? new Map() : parseJsonl(text, complain);
}

/** The metadata of one output: its line in the common file, and over it its own sidecar. */
export async function metadataFor(
  folder: string,
  name: string,
  common: ReadonlyMap<string, Metadata>,
  complain: (message: string) => void,
): Promise<Metadata> {
  const text = await readSmall(join(folder, sidecarOf(name)), MAX_BYTES, complain);
  if (text === null) return common.get(name) ?? {};
  const own = parseObject(text);
  const problem = own === null ? 'not one JSON object' : tooMuch(text, own);
  if (problem === null) return { ...common.get(name), ...own };
  complain(`${sidecarOf(name)}: ${problem}; left out`);
  return common.get(name) ?? {};
}

/** Why it cannot be kept, or null. */
function tooMuch(text: string, metadata: Metadata): string | null {
  if (Buffer.byteLength(text) > MAX_BYTES) return `more than ${MAX_BYTES} bytes`;
  return nestedBeyond(metadata, MAX_DEPTH) ? `nested more than ${MAX_DEPTH} levels deep` : null;
}

const isObject = (value: unknown): value is Metadata =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseObject(text: string): Metadata | null {
  const value = pythonJson(text);
  return isObject(value) ? value : null;
}

async function readSmall(
  path: string,
  most: number,
  complain: (message: string) => void,
): Promise<string | null> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => null,
  );
  if (file === null) return null;
  try {
    const stats = await file.stat();
    if (!stats.isFile()) return null;
    if (stats.size <= most) return await file.readFile('utf8');
    complain(`${path.split('/').at(-1)} has ${stats.size} bytes, more than ${most}; left out`);
    return null;
  } finally {
    await file.close();
  }
}
