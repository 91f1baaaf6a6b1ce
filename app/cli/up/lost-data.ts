/** Data that was there and is gone: `up` would make empty folders in its place, which nobody must find out later. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { resourcesOf } from '../engine/state-file.ts';
import type { Installation } from '../installation.ts';
import { declined, type Io } from '../io.ts';

/** Folders that the state knows as made and to be kept, and that are not there. */
export function lostFolders(state: string, name: string): string[] {
  const lost = resourcesOf(state, name).flatMap(({ type, outputs = {} }) => {
    const { path, keep, folder } = outputs as { path?: string; keep?: boolean; folder?: string };
    if (type === 'cove:local:Folder' && keep && path !== undefined) return existsSync(path) ? [] : [path];
    if (type !== 'cove:local:PostgresCluster' || folder === undefined) return [];
    return existsSync(join(folder, 'PG_VERSION')) ? [] : [folder];
  });
  return [...new Set(lost)].sort();
}

/** Asks whether to go on with empty ones. */
export async function askAboutLostData(io: Io, { name, places }: Installation): Promise<void> {
  const lost = lostFolders(places.state, name);
  if (lost.length === 0) return;
  io.say(`Data of installation "${name}" is gone:\n${lost.map((folder) => `  ${folder}`).join('\n')}`);
  const yes = await io.confirm(
    'Go on without it, with empty folders?',
    'Put it back from your backup; or run it again with --yes, if it is not wanted.',
  );
  if (!yes) throw declined();
  // What proved the old ones proves nothing about the new.
  await rm(places.proof, { force: true });
}
