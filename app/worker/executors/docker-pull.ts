/** Gets an image, tells how far it is, and why where it cannot be had. */
import { type DockerEngine, DockerError } from '../../platform/docker.ts';
import type { Layer } from '../../platform/image-size.ts';
import { tellOften } from '../progress.ts';
import { retry } from '../retry.ts';
import { type Job, JobFailure, type PrepareOptions } from './executor.ts';
import { PullWatch } from './pull-progress.ts';

const TRIES = 3;

/** Whether the same pull may well succeed a little later. What the registry knows it will still know then. */
export const mayPass = (message: string): boolean =>
  /timeout|toomanyrequests|connection (reset|refused)|unexpected EOF|TLS handshake|50[0234]|broke off/i.test(
    message,
  );

/** Of the Engine's disk, which may be another one than that of the jobs' folders. */
const isFull = ({ message }: Error) => /no space left|disk quota exceeded/i.test(message);

/**
 * `makeRoom`: drops images that are only kept, and tells how many, where the Engine's disk turns out to be full. `known`: as
 * the registry told.
 */
export async function pullImage(
  engine: DockerEngine,
  { image, registry }: Pick<Job, 'image' | 'registry'>,
  { signal, status, progress, makeRoom }: PrepareOptions & { makeRoom: () => Promise<number> },
  known?: readonly Layer[],
): Promise<void> {
  status(`Pulling image ${image}${registry ? ` with a login to ${registry.host}` : ''}`);
  const began = performance.now();
  const watch = new PullWatch(image, known);
  let trouble = '';
  const stopTelling = tellOften({ status, progress }, () => {
    const { message, numbers } = watch.look();
    return { message: message + trouble, numbers };
  });
  const pull = () =>
    retry(() => engine.pull(image, (step) => watch.add(step), { signal, login: registry ?? undefined }), {
      signal,
      tries: TRIES,
      first: 1_000,
      again: (error) => error instanceof DockerError && mayPass(error.message),
      onFailure: (error, pause) => {
        const { message } = error as Error;
        trouble = `; it failed before: ${message}`;
        status(`Pulling image ${image} failed, trying again in ${Math.ceil(pause / 1000)} s: ${message}`);
      },
    });
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
    stopTelling();
  }
  status(`Pulled image ${image} in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}
