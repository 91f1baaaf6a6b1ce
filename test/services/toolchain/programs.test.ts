import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cachedFile } from '../../../toolchain/cache.js';
import { platform } from '../../../toolchain/pins.js';
import { obtain } from '../../../toolchain/programs.js';
import { pin, process_, releaseServer, toolchain, type World, world } from './machinery.ts';

let at: World;
let close: (() => void) | undefined;
beforeEach(() => {
  at = world();
});
afterEach(() => {
  at.remove();
  close?.();
  close = undefined;
});
const get = (wanted = pin()) => obtain(wanted, { env: at.env, onProgress: at.onProgress });
const serve = async (...args: Parameters<typeof releaseServer>) => {
  const server = await releaseServer(...args);
  close = server.close;
  return server;
};

test('PATH comes first, under any of its names', async () => {
  const own = at.program(join(at.folder, 'bin'), 'gadget-ng', '2.0.1');
  at.program(dirname(cachedFile(pin(), at.env)), 'gadget', '2.0.0');
  expect(await get()).toBe(own);
});

test('one on PATH that is too old, broken or lonely is passed over for the cache', async () => {
  const wanted = pin({ companion: 'gadget-helper' });
  at.program(join(at.folder, 'bin'), 'gadget', '1.9.9');
  at.program(join(at.folder, 'bin'), 'gadget-ng', '2.0.0');
  const cached = at.program(dirname(cachedFile(wanted, at.env)), 'gadget', '2.0.0');
  expect(await get(wanted)).toBe(cached);
});

test('a release is downloaded, verified, kept, and not asked for again', async () => {
  const server = await serve('2.0.0');
  const wanted = pin({ release: server.release });
  const file = await get(wanted);
  expect(file).toBe(join(at.cache, `gadget-2.0.0-${platform}`, 'gadget'));
  expect(readdirSync(dirname(file))).toEqual(['gadget']);
  expect(await get(wanted)).toBe(file);
  expect(server.downloads()).toBe(1);
  const last = at.events.filter((event) => event.done).at(-1);
  expect(last).toMatchObject({ program: 'gadget', bytes: server.archive.length });
});

test('a release with another checksum than the published one is refused and leaves nothing', async () => {
  const server = await serve('2.0.0');
  server.publish(`${'a'.repeat(64)}  gadget.tar.gz\n`);
  await expect(get(pin({ release: server.release }))).rejects.toThrow(/sha256 .* published is a{64}/);
  expect(existsSync(cachedFile(pin(), at.env))).toBe(false);
  expect(readdirSync(join(at.cache, 'tmp'))).toEqual([]);
});

test('a release that turns out too old is not kept', async () => {
  const server = await serve('1.0.0');
  await expect(get(pin({ release: server.release }))).rejects.toThrow('is 1.0.0; 2.0.0 or newer is needed');
});

test('when nothing has it, one error names the program, every place and where to put it', async () => {
  const old = at.program(join(at.folder, 'bin'), 'gadget', '1.0.0');
  const release = (await serve('2.0.0')).release;
  close?.();
  close = undefined;
  const error = await get(pin({ release })).catch((reason) => reason);
  expect(error.code).toBe('program_missing');
  const host = new URL(release.base).host;
  expect(error.message).toBe(
    [
      'Gadget (gadget or gadget-ng 2.0.0 or newer) is needed and was not found. Looked for in:',
      `  - PATH: ${old} is 1.0.0; 2.0.0 or newer is needed`,
      `  - cache: no ${cachedFile(pin(), at.env)}`,
      `  - official release: ${host} could not be reached (ECONNREFUSED)`,
      '  - Go module: it is not one',
      "  - Python's package index: it carries none",
      `Put it on PATH (install it from the shop), or copy the executable to ${cachedFile(pin(), at.env)}`,
    ].join('\n'),
  );
});

test('a download that breaks off is started again, from nothing', async () => {
  let broken = true;
  const server = await serve('2.0.0', (_request, response) => {
    response.setHeader('Content-Length', server.archive.length);
    if (!broken) return response.end(server.archive);
    response.write(server.archive.subarray(0, 20));
    return setImmediate(() => response.destroy());
  });
  const wanted = pin({ release: server.release });
  await expect(get(wanted)).rejects.toThrow(/broke off after \d+ bytes/);
  broken = false;
  // What a killed process leaves is in nobody's way.
  const rest = join(at.cache, 'tmp', `gadget-2.0.0-${platform}`);
  mkdirSync(rest, { recursive: true });
  writeFileSync(join(rest, 'gadget'), 'half');
  const file = await get(wanted);
  expect(readFileSync(file, 'utf8')).toContain('gadget v2.0.0');
});

test('a process killed in the middle of a download is taken over', async () => {
  let stall = true;
  const server = await serve('2.0.0', (_request, response) => {
    response.write(server.archive.subarray(0, 20));
    if (!stall) response.end(server.archive.subarray(20));
  });
  const wanted = pin({ release: server.release });
  const other = another(wanted);
  await other.said('bytes 20');
  other.child.kill('SIGKILL');
  await other.ended;
  stall = false;
  expect(readFileSync(await get(wanted), 'utf8')).toContain('gadget v2.0.0');
});

test('two at once download once', async () => {
  const server = await serve('2.0.0');
  const wanted = pin({ release: server.release });
  const outputs = await Promise.all([another(wanted).ended, another(wanted).ended, another(wanted).ended]);
  for (const output of outputs) expect(output).toContain(`got ${cachedFile(wanted, at.env)}`);
  expect(server.downloads()).toBe(1);
});

/** The same `obtain` in a process of its own. */
function another(wanted: ReturnType<typeof pin>) {
  const { answer, ...plain } = wanted;
  return process_(
    `import { obtain } from ${JSON.stringify(join(toolchain, 'programs.js'))};
     const pin = { ...${JSON.stringify(plain)}, answer: ${answer} };
     const onProgress = (progress) => console.log('bytes', progress.bytes);
     console.log('got', await obtain(pin, { env: process.env, onProgress }));`,
    at.env as Record<string, string>,
  );
}
