/** The container engine: whether it answers, and whether an image is there or can be fetched. */
import { existsSync } from 'node:fs';
import type Docker from 'dockerode';
import { type Finding, ok, warn } from './finding.ts';

/** Engine API 1.41 is Docker 20.10. */
const OLDEST = 1.41;
const ANSWER_MS = 5_000;

export interface Engine {
  docker: Docker;
  version: string;
  apiVersion: string;
}
/** `elsewhere`: a socket of an engine that this user has in another place. */
export type EngineState = { engine: Engine } | { engine: null; why: string; elsewhere?: string };

/** Asks the engine behind a socket for its version. */
export async function findEngine(socketPath: string): Promise<EngineState> {
  const { default: Docker } = await import('dockerode');
  const docker = new Docker({ socketPath, timeout: ANSWER_MS });
  try {
    const { Version, ApiVersion } = await docker.version();
    return { engine: { docker: new Docker({ socketPath }), version: Version, apiVersion: ApiVersion } };
  } catch (error) {
    const why = whyNot(socketPath, error as NodeJS.ErrnoException);
    const elsewhere = usualSockets(process.env).find((path) => path !== socketPath && existsSync(path));
    return { engine: null, why, ...(elsewhere !== undefined && { elsewhere }) };
  }
}

/** Where else an engine listens: as `DOCKER_HOST` says, without root's rights, in Docker Desktop. */
function usualSockets({ DOCKER_HOST, XDG_RUNTIME_DIR, HOME }: NodeJS.ProcessEnv): string[] {
  return [
    ...(DOCKER_HOST?.startsWith('unix://') ? [DOCKER_HOST.slice('unix://'.length)] : []),
    ...(XDG_RUNTIME_DIR ? [`${XDG_RUNTIME_DIR}/docker.sock`] : []),
    ...(HOME ? [`${HOME}/.docker/run/docker.sock`] : []),
  ];
}

function whyNot(socketPath: string, error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return `there is no socket ${socketPath}`;
  if (error.code === 'ECONNREFUSED') return `nothing listens behind ${socketPath}`;
  if (error.code === 'EACCES') return `${socketPath} may not be used by this user`;
  return `${socketPath} answers "${error.message}"`;
}

export function judgeEngine(state: EngineState): Finding {
  if (state.engine === null) {
    return warn(
      'docker',
      state.why,
      'a Docker Engine, for jobs in containers',
      state.elsewhere === undefined
        ? 'Install Docker (https://docs.docker.com/engine/install/), start it, and let this user use its socket.'
        : `One listens elsewhere: write "dockerSocket: ${state.elsewhere}" into the config file.`,
    );
  }
  const { version, apiVersion } = state.engine;
  if (Number(apiVersion) < OLDEST) {
    return warn(
      'docker',
      `${version} (API ${apiVersion})`,
      `API ${OLDEST}`,
      'Update Docker to 20.10 or newer.',
    );
  }
  return ok('docker', `${version} (API ${apiVersion})`);
}

/** Makes sure that an image is on this machine, pulling it if it must. Null: it is; else why not. */
export async function imageTrouble(
  engine: Engine,
  image: string,
  say: (line: string) => void,
): Promise<string | null> {
  try {
    await engine.docker.getImage(image).inspect();
    return null;
  } catch {
    say(`pulling ${image}`);
  }
  try {
    const stream = await engine.docker.pull(image);
    await new Promise<void>((resolve, reject) =>
      engine.docker.modem.followProgress(stream, (error) => (error === null ? resolve() : reject(error))),
    );
    return null;
  } catch (error) {
    return `image ${image} is not on this machine and cannot be pulled (${(error as Error).message.trim()})`;
  }
}
