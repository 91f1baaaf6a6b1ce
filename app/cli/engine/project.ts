/**
 * The folder in which the engine works. Pulumi writes `Pulumi.<stack>.yaml` beside `Pulumi.yaml`; the checkout may be
 * read-only or shared by two installations, so each has a folder of its own with links to the checkout.
 */
import { lstat, mkdir, readlink, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { CHECKOUT } from '../installation.ts';

/** What a program, its plugins and its policies are read from. */
const LINKED = [
  'Pulumi.yaml',
  'package.json',
  'node_modules',
  'app',
  'components',
  'config',
  'policies',
  'stacks',
  'toolchain',
];

/** Makes or mends the links; a checkout that moved is followed. */
export async function prepareProject(folder: string, checkout = CHECKOUT): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const name of LINKED) await link(join(checkout, name), join(folder, name));
}

async function link(target: string, path: string): Promise<void> {
  const exists = (await lstat(target).catch(() => null)) !== null;
  const current = await readlink(path).catch(() => null);
  if (exists && current === target) return;
  await rm(path, { force: true });
  if (exists) await symlink(target, path);
}
