/** A machine that the installation does not know any more: its agent ends, and Docker does not start it again. */
import { dirname } from 'node:path';
import { DockerEngine } from '../platform/docker.ts';
import { CoveError } from '../platform/errors.ts';
import { AGENT_LABEL } from '../platform/invitation.ts';
import type { WorkerSettings } from '../settings.ts';

/** Gives what to do with what is left on the machine. Never rejects: at worst Docker starts an agent that is refused. */
export async function retire({ dockerSocket, folder }: WorkerSettings): Promise<string> {
  const at = dirname(folder);
  const engine = new DockerEngine(dockerSocket);
  const again = await engine.neverStartAgain(`${AGENT_LABEL}=${at}`).catch((): string[] => []);
  const volumes = await engine.volumes({ 'cove.owner': folder }).catch(() => []);
  const names = volumes.map(({ name }) => name).join(' ');
  const container = again.length === 0 ? '' : `\`docker rm ${again.join(' ')}\` removes the container, `;
  const caches = names === '' ? '' : `\`docker volume rm ${names}\` the cache volumes of its jobs, `;
  return `${container}${caches}\`rm -r ${at}\` what it kept`;
}

/** `Removed from the installation`, and how to clean up, for the log of a container that ends now. */
export const removed = async (settings: WorkerSettings): Promise<CoveError> =>
  new CoveError(
    'conflict',
    `This machine was removed from the installation: its agent ends. ${await retire(settings)}`,
  );
