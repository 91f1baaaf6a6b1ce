/** What pages of `docs/` tell to type to the API, and a shell that types it as it stands there. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const DOCS = join(import.meta.dirname, '../../docs');
/** A call, by `curl` or by a page's own short name for it. */
const CALL = /(^|\$\()(curl|api) /m;
/** What a page says first, for all that follows. */
const DEFINITION = /^(export \w+=|\w+=[^$]|api\(\))/;

/** The indented blocks of a page that call the API, without the indent. */
export function blocksOf(page: string): string[] {
  const text = readFileSync(join(DOCS, page), 'utf8').replace(/^```.*?^```/gms, '');
  const blocks = [...text.matchAll(/(?<=\n\n)(?: {4}.*\n)+/g)].map(([block]) => block.replace(/^ {4}/gm, ''));
  return blocks.filter((block) => CALL.test(block));
}

/** Pages with such blocks. */
export const pagesThatCall = (): string[] =>
  readdirSync(DOCS).filter((file) => file.endsWith('.md') && blocksOf(file).length > 0);

/**
 * Types a block of a page into bash, and gives what each command of it printed that printed something. A call that is refused
 * is an error, with what was said.
 *
 * @param edits what somebody puts in place of the page's examples, like the address of the installation
 */
export async function type(
  page: string,
  block: string,
  edits: Record<string, string>,
  env: Record<string, string>,
): Promise<string[]> {
  const home = mkdtempSync(join(tmpdir(), 'cove-page-'));
  writeFileSync(join(home, '.curlrc'), 'fail-with-body\nsilent\nshow-error\n');
  const before = readFileSync(join(DOCS, page), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('    '))
    .map((line) => line.slice(4))
    .filter((line) => DEFINITION.test(line));
  let script = [...before, 'trap \'printf "\\x1e"\' DEBUG', block].join('\n');
  for (const [example, own] of Object.entries(edits)) script = script.replaceAll(example, () => own);
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
    env: { PATH: process.env.PATH, CURL_HOME: home, ...env },
  });
  return stdout.split('\x1e').filter((said) => said !== '');
}
