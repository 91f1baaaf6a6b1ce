import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { step } from '../progress.js';
import { run } from '../run.js';
import { compareVersions } from '../versions.js';

/** @typedef {import('../types.js').Pin} Pin */
/** @typedef {import('../types.js').OnProgress} OnProgress */

/**
 * Builds from the Go module whose go.mod and go.sum are checked in beside this folder.
 *
 * @param {Pin} pin
 * @param {string} folder empty; the executable is left in it
 * @param {{ onProgress: OnProgress, env: NodeJS.ProcessEnv }} options
 */
export async function fromGo(pin, folder, { onProgress, env: given }) {
  const module = pin.goModule;
  if (!module) throw new Error('it is not one');
  // Go's own installer leaves PATH to the user, who may have set it only for another shell.
  const env = { ...given, PATH: `${given.PATH ?? ''}${path.delimiter}/usr/local/go/bin` };
  await checkGo(module.minimumGo, env);
  const about = `about ${module.minutes} minutes the first time`;
  const doing = step(
    onProgress,
    pin.name,
    `${pin.title} ${pin.version}: building from its Go module, ${about}`,
  );
  let packages = 0;
  try {
    await run(
      'go',
      [
        'build',
        '-v',
        '-buildvcs=false',
        '-trimpath',
        '-tags',
        module.tags,
        '-ldflags',
        module.ldflags,
      ].concat(['-o', path.join(folder, pin.file), module.package]),
      {
        cwd: path.join(path.dirname(fileURLToPath(import.meta.url)), '..', module.folder),
        env: { ...env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly', GOWORK: 'off', GOOS: '', GOARCH: '' },
        onLine(line) {
          // `go build -v` names each package as it is compiled, and each module as it is fetched.
          if (line.startsWith('go: downloading ')) doing.tell({ detail: `fetching ${line.split(' ')[2]}` });
          else if (/^[\w.\-/~]+$/.test(line))
            doing.tell({ detail: `${++packages} of about ${module.packages} packages` });
        },
      },
    );
    doing.done({ detail: undefined });
  } catch (error) {
    doing.failed(error);
    throw error;
  }
}

/**
 * @param {string} minimum
 * @param {NodeJS.ProcessEnv} env
 */
async function checkGo(minimum, env) {
  let answer;
  try {
    answer = await run('go', ['env', 'GOVERSION', 'GOTOOLCHAIN'], { env, timeout: 20_000 });
  } catch (error) {
    const missing = /** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT';
    throw new Error(
      missing ? `no go on PATH (${minimum} or newer is needed)` : /** @type {Error} */ (error).message,
    );
  }
  const [version, toolchain] = answer.trim().split('\n');
  const number = /(\d+\.\d+(\.\d+)?)/.exec(version ?? '')?.[1] ?? '0';
  // From 1.21 on, go fetches the toolchain that go.mod asks for, unless it is told to stay local.
  if (
    compareVersions(number, minimum) < 0 &&
    (compareVersions(number, '1.21') < 0 || toolchain === 'local')
  ) {
    throw new Error(`go is ${number}; ${minimum} or newer is needed`);
  }
}
