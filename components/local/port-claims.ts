/**
 * Who has which inner port of this machine, whether it runs or not: for each a link of its number that leads to the
 * installation. One that is stopped, or only about to start, would find its port taken by another.
 */
import { existsSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../../toolchain/cache.js';

const folder = () => join(cacheFolder(), 'ports');
const linkOf = (port: number) => join(folder(), String(port));

/** Whether the port is the installation's from now on. `installation`: its folder; a claim of one that is gone counts no more. */
export function claimPort(port: number, installation: string): boolean {
  const link = linkOf(port);
  if (holderOf(link) === installation) return true;
  if (existsSync(link)) return false;
  try {
    mkdirSync(folder(), { recursive: true });
    rmSync(link, { force: true });
    symlinkSync(installation, link);
    return true;
  } catch (error) {
    // Where nothing may be written, whoever listens first has it.
    return (error as NodeJS.ErrnoException).code !== 'EEXIST';
  }
}

export function releasePort(port: number, installation: string): void {
  if (holderOf(linkOf(port)) === installation) rmSync(linkOf(port), { force: true });
}

function holderOf(link: string): string | null {
  try {
    return readlinkSync(link);
  } catch {
    return null;
  }
}
