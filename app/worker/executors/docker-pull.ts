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

/** Of the Engine's disk, which may be another one than that of the jobs' folders. */
const isFull = ({ message }: Error) => /no space left|disk quota exceeded/i.test(message);

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

/** `makeRoom`: drops images that are only kept, and tells how many, where the Engine's disk turns out to be full. */
export async function pullImage(
  engine: DockerEngine,
  { image, registry }: Pick<Job, 'image' | 'registry'>,
  { signal, status, makeRoom }: PrepareOptions & { makeRoom: () => Promise<number> },
): Promise<void> {
  status(`Pulling image ${image}${registry ? ` with a login to ${registry.host}` : ''}`);
  const began = performance.now();
  const layers = new Map<string, PullProgress>();
  const timer = setInterval(() => layers.size > 0 && status(pullSummary(image, layers)), PROGRESS_MS);
  const pull = () =>
    retry(
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
  try {
    await pull().catch(async (error: Error) => {
      const dropped = isFull(error) ? await makeRoom() : 0;
      if (dropped === 0) throw error;
      status(
        `The Docker Engine's disk is full: pulling again without images that were only kept (${dropped})`,
      );
      await pull();
    });
  } catch (error) {
    signal.throwIfAborted();
    const failed = error as Error;
    const fault = error instanceof DockerError && !isFull(failed) ? 'job' : 'platform';
    const cure = isFull(failed)
      ? ". The Docker Engine's disk is full: free some of it, or run the job where there is more"
      : '';
    throw new JobFailure(fault, `Image ${image} could not be pulled: ${failed.message}${cure}`, {
      cause: error,
    });
  } finally {
    clearInterval(timer);
  }
  status(`Pulled image ${image} in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}
