/**
 * What only tests need: packages, a Docker Engine, images, the official clients. Every step is idempotent and cached.
 *
 *     node test/setup/main.ts start PID [FILE]   for a test run with that process id; what came of it goes to FILE
 *     node test/setup/main.ts stop PID FOLDER    that test run, whose files lay below FOLDER, has ended
 */
import { writeFileSync } from 'node:fs';
import { installPackages } from './apt.ts';
import { removeContainers, startEngine, stopEngine } from './engine.ts';
import { baseImage, jupyterImage, pythonImage, serverImage, utilsImage, warehouseImage } from './images.ts';
import { apiServer, definitions } from './kubernetes.ts';
import { folder, has, Unavailable } from './machine.ts';
import { pebble } from './pebble.ts';
import { motoServer, officialClient, schemathesis } from './python.ts';
import { objectStores } from './stores.ts';

/** What tests may need of the machine; a test that needs what is missing is skipped with the reason. */
const missing: Record<string, string> = {};
const env: Record<string, string> = {};

async function step(name: string, what: string, work: () => Promise<void>): Promise<void> {
  const start = Date.now();
  const seconds = () => `${((Date.now() - start) / 1000).toFixed(1)} s`;
  try {
    await work();
    console.log(`setup: ${what}: ready (${seconds()})`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    missing[name] = `${what}: ${reason}`;
    console.log(
      `setup: ${what}: ${error instanceof Unavailable ? 'not here' : 'failed'} (${seconds()}): ${reason}`,
    );
  }
}

function needs(...names: string[]): void {
  for (const name of names) if (missing[name] !== undefined) throw new Unavailable(`needs ${missing[name]}`);
}

function program(name: string): void {
  if (!has(name)) throw new Unavailable(`${name} is not installed`);
}

async function start(user: number, file: string | undefined): Promise<void> {
  await step('packages', "the operating system's packages", installPackages);
  await Promise.all([
    step('docker', 'Docker Engine', async () => {
      env.DOCKER_HOST = await startEngine(user);
    }).then(async () => {
      await step('image', 'Python image', async () => {
        needs('docker');
        await pythonImage(env.DOCKER_HOST ?? '');
      });
      await step('utils-image', 'image with valohai-utils', async () => {
        needs('image');
        await utilsImage(env.DOCKER_HOST ?? '');
      });
      await step('warehouse-image', 'image with a client of PostgreSQL', async () => {
        needs('image');
        await warehouseImage(env.DOCKER_HOST ?? '');
      });
      await step('jupyter-image', 'image with Jupyter', async () => {
        needs('image');
        await jupyterImage(env.DOCKER_HOST ?? '');
      });
      await step('base-image', 'base of our own images', async () => {
        needs('docker');
        await baseImage(env.DOCKER_HOST ?? '');
      });
      await step('server-image', 'machine with systemd', async () => {
        needs('docker');
        await serverImage(env.DOCKER_HOST ?? '');
      });
    }),
    step('vh', 'official client', async () => {
      env.COVE_TEST_VH = await officialClient();
    }),
    step('pebble', 'ACME authority', async () => void (await pebble())),
    step('stores', 'object stores', objectStores),
    step('cluster', 'Kubernetes API server', async () => {
      program('etcd');
      await apiServer();
      await definitions();
    }),
    step('moto', 'fake AWS', async () => void (await motoServer())),
    step('schemathesis', 'Schemathesis', async () => void (await schemathesis())),
    step('sshd', 'SSH server', async () => program('sshd')),
    step('chromium', 'Chromium', async () => program('chromium')),
    step('curl', 'curl', async () => program('curl')),
    step('jq', 'jq', async () => program('jq')),
    step('docker-registry', 'registry', async () => program('docker-registry')),
  ]);
  // What is there without its package needs no word; what is not says so itself.
  delete missing.packages;
  env.COVE_TEST_MISSING = JSON.stringify(missing);
  env.COVE_TEST_CACHE = folder;
  if (file !== undefined) writeFileSync(file, JSON.stringify({ env, missing }));
}

const [verb, pid, file] = process.argv.slice(2);
if (verb === 'start') await start(Number(pid), file);
else if (verb === 'stop') {
  // Where no engine answers there is nothing to remove.
  if (file !== undefined) await removeContainers(file).catch(() => {});
  await stopEngine(Number(pid));
} else throw new Error(`start or stop, not ${verb}`);
