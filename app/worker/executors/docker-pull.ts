/** Gets an image, tells how far it is, and why where it cannot be had. */
import { type DockerEngine, DockerError, type PullProgress } from '../../platform/docker.ts';
import { retry } from '../retry.ts';
import { size } from '../steps/checksums.ts';
import { type Job, JobFailure, type PrepareOptions } from './executor.ts';

const TRIES = 3;
const PROGRESS_MS = 5_000;

/** Whether the same pull may well succeed a little later. What the registry knows it will still know then. */
export const mayPass = (message: string): boolean =>
  /timeout|toomanyrequests|connection (reset|refused)|unexpected EOF|TLS handshake|50[0234]|broke off/i.test(
    message,
  );

/** One line about all layers. Pure. */
export function pullSummary(image: string, layers: ReadonlyMap<string, PullProgress>): string {
  let current = 0;
  let total = 0;
  let done = 0;
  for (const { status, progressDetail } of layers.values()) {
    if (/^(Pull complete|Already exists)$/.test(status)) done++;
    if (status !== 'Downloading') continue;
    current += progressDetail?.current ?? 0;
    total += progressDetail?.total ?? 0;
  }
  const bytes = total > 0 ? `, downloading ${size(current)} of ${size(total)}` : '';
  return `Pulling image ${image}: ${done} of ${layers.size} layers${bytes}`;
}

export async function pullImage(
  engine: DockerEngine,
  { image, registry }: Pick<Job, 'image' | 'registry'>,
  { signal, status }: PrepareOptions,
): Promise<void> {
  status(`Pulling image ${image}${registry ? ` with a login to ${registry.host}` : ''}`);
  const began = performance.now();
  const layers = new Map<string, PullProgress>();
  const timer = setInterval(() => layers.size > 0 && status(pullSummary(image, layers)), PROGRESS_MS);
  try {
    await retry(
      () =>
        engine.pull(
          image,
          (step) => {
            if (step.id !== undefined && step.status !== undefined && !/^Pulling from/.test(step.status))
              layers.set(step.id, step);
          },
          { signal, login: registry ?? undefined },
        ),
      {
        signal,
        tries: TRIES,
        first: 1_000,
        again: (error) => error instanceof DockerError && mayPass(error.message),
        onFailure: (error, pause) =>
          status(
            `Pulling image ${image} failed, trying again in ${Math.ceil(pause / 1000)} s: ${(error as Error).message}`,
          ),
      },
    );
  } catch (error) {
    signal.throwIfAborted();
    const { message } = error as Error;
    const fault = error instanceof DockerError && !/no space left/.test(message) ? 'job' : 'platform';
    throw new JobFailure(fault, `Image ${image} could not be pulled: ${message}`, { cause: error });
  } finally {
    clearInterval(timer);
  }
  status(`Pulled image ${image} in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}
