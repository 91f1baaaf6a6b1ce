/** What an operator may find in the way of `up`: it works, or there is one clear message and exit code, never a stack trace. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  cove,
  coveOk,
  type Installation,
  login,
  type Outcome,
  planInstallation,
} from '../support/installation.ts';
import { processesOf } from '../support/processes.ts';

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

const told = (outcome: Outcome, code: number, ...words: RegExp[]) => {
  for (const expected of words) expect(outcome.stdout + outcome.stderr).toMatch(expected);
  expect(outcome.stderr).not.toMatch(/\n\s+at \S+ \(/);
  expect(outcome.code).toBe(code);
};
/** Writes a lock as the engine does. */
const lock = async (at: Installation, name: string, pid: number) => {
  const folder = join(at.home, at.name, 'state/.pulumi/locks/organization/cove', at.name);
  await mkdir(folder, { recursive: true });
  const content = { pid, username: 'root', hostname: hostname(), timestamp: new Date().toISOString() };
  await writeFile(join(folder, `${name}.json`), JSON.stringify(content));
};

// At once: one of them mostly waits.
describe.concurrent('a new installation', () => {
  test('a port that is taken is named, with who might hold it', async () => {
    const at = await planInstallation('taken');
    const port = Number(new URL(at.httpUrl).port);
    const holder = createServer().listen(port, '127.0.0.1');
    told(await cove(at, ['up', '--yes']), 4, new RegExp(String(port)));
    holder.close();
    await rm(at.home, { recursive: true });
  });

  test('a wrong config: file, line, what was found, a suggestion', async () => {
    const at = await planInstallation('wrong', 'htpPort: 1\n');
    told(await cove(at, ['up', '--yes']), 2, /wrong\.yaml:5.*htpPort[\s\S]*httpPort/);
    await rm(at.home, { recursive: true });
  });

  test('a file where the folder should be', async () => {
    const at = await planInstallation('blocked');
    await writeFile(join(at.home, at.name), 'a file where a folder should be');
    told(await cove(at, ['up', '--yes']), 4, /blocked/);
    await rm(at.home, { recursive: true });
  });

  test.runIf(isRoot)('an installation of another user: whose it is', async () => {
    const at = await planInstallation('theirs');
    await mkdir(join(at.home, at.name));
    await chown(join(at.home, at.name), NOBODY, NOBODY);
    for (const args of [['up', '--yes'], ['status'], ['destroy', '--yes', '--purge', at.name]])
      told(await cove(at, args), 4, /theirs belongs to user nobody.*user root/, /COVE_HOME/);
    await rm(at.home, { recursive: true });
  });

  test('a lock of a dead process is taken only after asking, one of a living process never', async () => {
    const at = await planInstallation('locked');
    await lock(at, 'dead', 2 ** 22 - 1);
    told(await cove(at, ['up']), 4, /lock/, /--yes/);
    const holder = spawn('sleep', ['600'], { argv0: 'pulumi' });
    await lock(at, 'living', holder.pid ?? 0);
    const refused = await cove(at, ['up', '--yes']);
    told(refused, 4, new RegExp(`being changed by process ${holder.pid} of root`));
    expect(existsSync(join(at.home, at.name, 'settings'))).toBe(false);
    holder.kill();
    await rm(at.home, { recursive: true });
  });

  test.runIf(isRoot)(
    'a disk that is too small, one that runs full, no network, no container engine',
    async () => {
      const at = await planInstallation('full', 'dockerSocket: /nonexistent/docker.sock\n');
      const disk = (options: string) =>
        execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', at.home]);
      const config = await readFile(at.configFile);
      disk('size=64m');
      try {
        await writeFile(at.configFile, config);
        told(await cove(at, ['up', '--yes']), 4, /disk: .* free at .*full/, /COVE_HOME/);

        // As much room as one likes, but not for another file.
        disk('remount,size=4g,nr_inodes=500');
        told(await cove(at, ['up', '--yes']), 4, /disk ran full/, /Free some space/);

        disk('remount,nr_inodes=100000');
        // What runs already lives in this network.
        await coveOk(at, ['destroy', '--yes']);
        const up = await coveOk(at, ['up', '--yes'], { offline: true });
        expect(up.stdout).toMatch(/Execution 1 of project example is complete/);
        expect(up.stdout.trim().split('\n').at(-1)).toMatch(/unproven.*docker\.sock/);
        const status = JSON.parse((await cove(at, ['status', '--json'])).stdout);
        expect(status.container).toBe('unproven');
        await coveOk(at, ['destroy', '--yes', '--purge', at.name]);
      } finally {
        execFileSync('umount', ['--lazy', at.home]);
      }
      await rm(at.home, { recursive: true });
    },
  );
});

describe('an installation that stands', () => {
  let at: Installation;
  const file = (...path: string[]) => join(at.home, at.name, ...path);
  const remove = (...path: string[]) => rm(file(...path), { recursive: true });
  const isWell = async () => {
    const { services } = JSON.parse((await coveOk(at, ['status', '--json'])).stdout);
    expect(services).toHaveLength(7);
    for (const { name, health, detail } of services) {
      if (name !== 'worker-local') expect([name, health]).toEqual([name, 'ok']);
      // Its socket leads nowhere.
      else
        expect([health, detail]).toEqual([
          'unproven',
          expect.stringMatching(/cannot run containers.*(Install Docker|dockerSocket: )/),
        ]);
    }
  };
  beforeAll(async () => {
    at = await planInstallation('standing', 'dockerSocket: /nonexistent/docker.sock\n');
    await coveOk(at, ['up', '--yes']);
    return async () => {
      await coveOk(at, ['destroy', '--yes', '--purge', at.name]);
      await rm(at.home, { recursive: true });
    };
  });

  test('destroy asks, and --purge takes the very name', async () => {
    told(await cove(at, ['destroy']), 4, /Destroy installation "standing"/, /--yes/);
    told(await cove(at, ['destroy', '--purge', at.name]), 4, /EVERYTHING/, /--yes/);
    told(await cove(at, ['destroy', '--yes', '--purge', 'local']), 2, /"local".*"standing"/);
    told(await cove(at, ['destroy', '--yes', '--purge']), 2, /purge/);
    await isWell();
  });

  test('two at once: one waits for the other, or says that it works', async () => {
    const both = await Promise.all([cove(at, ['up', '--yes']), cove(at, ['up', '--yes'])]);
    const [first, second] = both.sort((a, b) => Number(a.code) - Number(b.code));
    told(first!, 0, /nothing had to change/);
    if (second!.code === 0) told(second!, 0, /nothing had to change/);
    else told(second!, 4, /being changed by/);
  });

  test('folders deleted that up can make again', async () => {
    for (const folder of ['settings', 'certificates', 'logs', 'example.git', 'outputs.json'])
      await remove(folder);
    await coveOk(at, ['up']);
    await coveOk(at, ['run-example']);
    await isWell();
  });

  test('data deleted: up says what is gone and asks before it begins with nothing', async () => {
    for (const folder of ['data/store', 'data/postgres']) {
      await remove(folder);
      told(await cove(at, ['up']), 4, new RegExp(`is gone:[^]*${folder}`), /backup.*--yes/);
      expect(existsSync(file(folder))).toBe(false);
      const again = await coveOk(at, ['up', '--yes']);
      expect(again.stdout).toMatch(/of project example is complete/);
      await isWell();
    }
    const { count } = await (await login(at)).ok('GET', '/executions/');
    expect(count).toBe(1);
  });

  test('a passphrase that was changed or lost; what nobody wants can go without it', async () => {
    const right = await readFile(file('keys/passphrase'));
    await writeFile(file('keys/passphrase'), 'another one');
    told(await cove(at, ['up', '--yes']), 4, /passphrase is not the one/, /backup/);
    told(await cove(at, ['preview']), 4, /passphrase is not the one/);
    told(await cove(at, ['destroy', '--yes']), 4, /passphrase is not the one/);
    await remove('keys/passphrase');
    told(await cove(at, ['up', '--yes']), 4, /passphrase is gone/, /destroy .*--purge standing/);
    await writeFile(file('keys/passphrase'), right);
    await coveOk(at, ['preview']);
    await isWell();

    await remove('keys/passphrase');
    await coveOk(at, ['destroy', '--yes', '--purge', at.name]);
    expect(processesOf(at)).toEqual([]);
    expect(await readdir(at.home)).toEqual(['standing.yaml']);
  });
});
