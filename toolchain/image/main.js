/**
 * `npm run image [-- --base IMAGE]`: builds the installation's two images with Docker, and writes each as an OCI archive
 * with its digest to `.cove/image/`. Only on Linux: what goes into an image is what runs there.
 */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensure } from '../programs.js';
import { root } from '../root.js';
import { CommandFailed, run } from '../run.js';
import { toOciArchive } from './oci.js';
import { importedPackages, productionPackages, stageApp } from './stage.js';

const TARGETS = ['platform', 'vault'];

/**
 * @param {{ base?: string | undefined, to?: string, onStep?: (message: string) => void, archives?: boolean }} [options]
 *   `base`: another base image than the Dockerfile's; `archives` false: the images stay in the Engine
 * @returns {Promise<Record<string, { image: string, archive?: string, digest?: string }>>} by target; `image` is the Engine's id
 */
export async function buildImages({ base, to, onStep = () => {}, archives = true } = {}) {
  if (process.platform !== 'linux') throw new Error('Images are built on Linux: do it there, or in CI.');
  const folder = to ?? path.join(root, '.cove', 'image');
  const context = path.join(folder, 'context');
  fs.rmSync(context, { recursive: true, force: true });
  await stage(context, onStep);
  /** @type {Record<string, { image: string, archive?: string, digest?: string }>} */
  const made = {};
  for (const target of TARGETS) {
    onStep(`building image ${target}`);
    const image = await build(context, target, base);
    made[target] = { image };
    if (!archives) continue;
    onStep(`writing ${target}.tar`);
    made[target] = { image, ...(await save(image, folder, target)) };
  }
  fs.rmSync(context, { recursive: true, force: true });
  if (archives) {
    const digests = Object.entries(made).map(([target, { digest }]) => [target, digest]);
    const text = JSON.stringify({ architecture: process.arch, ...Object.fromEntries(digests) }, null, 2);
    fs.writeFileSync(path.join(folder, 'digests.json'), `${text}\n`);
  }
  return made;
}

/**
 * The build's context: nothing in it but what goes into an image.
 *
 * @param {string} context
 * @param {(message: string) => void} onStep
 */
async function stage(context, onStep) {
  const platform = path.join(context, 'platform');
  fs.mkdirSync(platform, { recursive: true });
  stageApp(platform);
  onStep('building the web pages');
  const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const pages = path.join(platform, 'app', 'web', 'dist');
  const node = path.join(root, 'node_modules', '.bin', 'node');
  await run(node, [vite, 'build', '--outDir', pages, '--emptyOutDir', '--logLevel', 'error'], {
    cwd: path.join(root, 'app', 'web'),
    env: { ...process.env, NODE_ENV: 'production' },
  });
  onStep('installing production packages');
  const packages = await productionPackages(importedPackages(path.join(platform, 'app')), process.arch);
  fs.cpSync(packages, platform, { recursive: true, verbatimSymlinks: true });
  const bin = path.join(context, 'vault', 'usr', 'local', 'bin');
  fs.mkdirSync(bin, { recursive: true });
  fs.copyFileSync(await ensure('bao'), path.join(bin, 'bao'));
  fs.chmodSync(path.join(bin, 'bao'), 0o755);
  fs.copyFileSync(path.join(root, 'Dockerfile'), path.join(context, 'Dockerfile'));
}

/**
 * @param {string} context
 * @param {string} target
 * @param {string | undefined} base
 */
async function build(context, target, base) {
  const given = base === undefined ? [] : ['--build-arg', `BASE=${base}`];
  const tag = `cove/${target}:latest`;
  // The old builder works with every Engine since 18.09; a client without buildx has no other.
  const env = { ...process.env, DOCKER_BUILDKIT: '0' };
  const tagged = async () => (await run('docker', ['image', 'inspect', '--format', '{{.Id}}', tag])).trim();
  const before = await tagged().catch(() => undefined);
  await run('docker', ['build', '--quiet', '--target', target, '--tag', tag, ...given, context], { env });
  const image = await tagged();
  // The one before has lost its name. It stays where a container still runs from it, or other images stand on it.
  if (before !== undefined && before !== image)
    await run('docker', ['image', 'rm', before]).catch(() => undefined);
  return image;
}

/**
 * @param {string} image
 * @param {string} folder
 * @param {string} target
 */
async function save(image, folder, target) {
  const work = fs.mkdtempSync(path.join(folder, `${target}-`));
  try {
    const [saved, layout] = ['saved', 'layout'].map((name) => path.join(work, name));
    for (const each of [saved, layout]) fs.mkdirSync(/** @type {string} */ (each));
    await run('docker', ['save', '--output', path.join(work, 'saved.tar'), image]);
    await run('tar', ['-C', /** @type {string} */ (saved), '-x', '-f', path.join(work, 'saved.tar')]);
    fs.rmSync(path.join(work, 'saved.tar'));
    const archive = path.join(folder, `${target}.tar`);
    const draft = `${archive}.new`;
    const digest = await toOciArchive(/** @type {string} */ (saved), draft, /** @type {string} */ (layout));
    fs.renameSync(draft, archive);
    return { archive, digest };
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({ options: { base: { type: 'string' } } });
  try {
    const made = await buildImages({ base: values.base, onStep: (message) => console.error(`${message} …`) });
    for (const { archive, digest } of Object.values(made)) console.log(`${archive}  ${digest}`);
  } catch (error) {
    console.error(`cove: ${error instanceof CommandFailed ? error.message : error}`);
    process.exitCode = 1;
  }
}
