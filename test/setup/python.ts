/** Programs from Python's index, unmodified, each in a virtual environment of its own; every package pinned. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from '../../toolchain/lock.js';
import { command, folder } from './machine.ts';

/**
 * `client`: what a data scientist installs; `job`, `jupyter`: what runs inside a job; `warehouse`: what a job needs to
 * read a PostgreSQL; `corpus`: what only its source has. All pinned.
 */
export function requirements(
  of: 'client' | 'job' | 'jupyter' | 'warehouse' | 'corpus' | 'moto' | 'schemathesis',
): string {
  return fileURLToPath(new URL(`requirements-${of}.txt`, import.meta.url));
}

/** Makes the virtual environment of one list of pins once, and gives the folder of its programs. */
export async function programsOf(name: 'client' | 'moto' | 'schemathesis', what: string): Promise<string> {
  const pins = createHash('sha256')
    .update(readFileSync(requirements(name)))
    .digest('hex')
    .slice(0, 12);
  const venv = join(folder, `${name}-${pins}`);
  const programs = join(venv, 'bin');
  const marker = join(venv, 'made');
  await withLock(join(folder, 'locks', name), `installing ${what}`, async () => {
    if (existsSync(marker) && existsSync(join(programs, 'python'))) return;
    // A virtual environment holds its own path, so it is made in place; the marker says that it is whole.
    await command('python3', ['-m', 'venv', '--clear', venv]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps'];
    await command(join(programs, 'python'), [...pip, '-r', requirements(name)]);
    writeFileSync(marker, '');
  });
  return programs;
}

/** The path of `vh`. */
export const officialClient = async (): Promise<string> =>
  join(await programsOf('client', 'the official client'), 'vh');
/** moto: AWS's Auto Scaling and EC2 as a server that speaks their protocols. */
export const motoServer = async (): Promise<string> => join(await programsOf('moto', 'moto'), 'moto_server');
/** Schemathesis: makes up requests from an OpenAPI document, and judges the answers. */
export const schemathesis = async (): Promise<string> =>
  join(await programsOf('schemathesis', 'Schemathesis'), 'schemathesis');

/** The source of the official library of `valohai.yaml`, whose examples and test cases its package leaves out. */
export async function officialCorpus(): Promise<string> {
  const python = join(dirname(await officialClient()), 'python');
  const corpus = join(folder, 'valohai-yaml-0.61.0');
  const marker = join(corpus, 'made');
  await withLock(join(folder, 'locks', 'corpus'), 'fetching the official examples', async () => {
    if (existsSync(marker)) return;
    const download = [
      'download',
      '--quiet',
      '--disable-pip-version-check',
      '--no-deps',
      '--no-binary',
      'valohai-yaml',
    ];
    await command(python, ['-m', 'pip', ...download, '--dest', corpus, '-r', requirements('corpus')]);
    await command('tar', [
      '-xzf',
      join(corpus, 'valohai_yaml-0.61.0.tar.gz'),
      '-C',
      corpus,
      '--strip-components=1',
    ]);
    writeFileSync(marker, '');
  });
  return corpus;
}
