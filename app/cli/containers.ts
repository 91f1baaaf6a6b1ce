/** Containers of an installation's jobs: a worker that was killed cannot have removed its own. */
import { sep } from 'node:path';
import { findEngine } from './checks/docker.ts';

/** Where the worker's executor notes its folder. */
const OWNER = 'cove.owner';

/** Removes those whose worker keeps its files below `folder`; returns how many. Without an engine there are none. */
export async function removeContainers(socket: string, folder: string): Promise<number> {
  const { engine } = await findEngine(socket);
  if (engine === null) return 0;
  const all = await engine.docker.listContainers({ all: true, filters: { label: [OWNER] } });
  const own = all.filter(({ Labels }) => Labels[OWNER]?.startsWith(`${folder}${sep}`));
  for (const { Id } of own) {
    await engine.docker
      .getContainer(Id)
      .remove({ force: true, v: true })
      .catch((error: { statusCode?: number }) => {
        // Gone meanwhile, or going.
        if (error.statusCode !== 404 && error.statusCode !== 409) throw error;
      });
  }
  return own.length;
}
