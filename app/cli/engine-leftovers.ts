/** What an installation's jobs left with the Engine: containers of a worker that was killed, and cache volumes. */

import { sep } from 'node:path';
import type Docker from 'dockerode';
import { findEngine } from './checks/docker.ts';

/** Where the worker's executor notes its folder. */
const OWNER = 'cove.owner';
/** Gone meanwhile, or going. */
const isGone = ({ statusCode }: { statusCode?: number }) => statusCode === 404 || statusCode === 409;

/** Removes what belongs to workers that keep their files below `folder`, and says how much. Without an engine there is nothing. */
export async function removeFromEngine(socket: string, folder: string): Promise<string> {
  const { engine } = await findEngine(socket);
  const removed = engine === null ? [0, 0] : await remove(engine.docker, `${folder}${sep}`);
  return `${removed[0]} containers and ${removed[1]} cache volumes removed`;
}

/** Containers first: they hold the volumes. */
async function remove(docker: Docker, below: string): Promise<[containers: number, volumes: number]> {
  const isOwn = ({ Labels }: { Labels: Record<string, string> | null }) => Labels?.[OWNER]?.startsWith(below);
  const filters = { label: [OWNER] };
  const containers = (await docker.listContainers({ all: true, filters })).filter(isOwn);
  for (const { Id } of containers) await quietly(docker.getContainer(Id).remove({ force: true, v: true }));
  const volumes = ((await docker.listVolumes({ filters })).Volumes ?? []).filter(isOwn);
  for (const { Name } of volumes) await quietly(docker.getVolume(Name).remove());
  return [containers.length, volumes.length];
}

async function quietly(removal: Promise<unknown>): Promise<void> {
  await removal.catch((error) => {
    if (!isGone(error)) throw error;
  });
}
