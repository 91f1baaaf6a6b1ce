/** The Docker Engine of the test run, and the images made for it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Debian with Python; `python:3.12-slim` is another name of it. */
export const PYTHON_IMAGE = 'cove-test/python:3';
/** The same with the official in-job library, valohai-utils. */
export const UTILS_IMAGE = 'cove-test/utils:1';

/** Address of the engine, as `DOCKER_HOST` says it. */
export const dockerHost = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';

/** Path of the engine's socket. */
export const dockerSocket = dockerHost.replace(/^unix:\/\//, '');

/** Runs the `docker` client and gives what it printed. */
export async function docker(...args: string[]): Promise<string> {
  const { stdout } = await run('docker', ['-H', dockerHost, ...args], { maxBuffer: 64 << 20 });
  return stdout.trim();
}

/** Ids of the containers with a label, running or not. */
export async function containersLabelled(label: string): Promise<string[]> {
  const ids = await docker('ps', '-aq', '--filter', `label=${label}`);
  return ids === '' ? [] : ids.split('\n');
}
