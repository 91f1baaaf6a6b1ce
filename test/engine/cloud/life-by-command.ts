/**
 * A whole life in a cloud by the command line, as a person types it: what the command asks the cloud itself is faked over
 * its own protocols, the stack stands on the fake cloud behind the real engine with the policies beside it. The services are
 * real and stand where the load balancer's address would lead (`COVE_URL`).
 */
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServedInstallation, servedInstallation } from '../../support/served-installation.ts';
import {
  type Commanded,
  type CommandLine,
  commandLine,
  IMAGES,
  type Outcome,
  PUBLIC_NAME,
} from './command.ts';

/** A life starts the engine a dozen times; beside other work it may take its time. */
const PATIENCE_MS = 10 * 60_000;

export function lifeByCommand(of: Commanded): void {
  const { types } = of;
  const INIT = ['init', ...of.init];

  let at: CommandLine;
  let served: ServedInstallation;
  let text: string;
  const reached = () => ({ COVE_URL: served.url });
  const cove = (...args: string[]) => at.cove(args, reached());
  const done = ({ code, stdout, stderr }: Outcome) => {
    expect(code, `${stdout}\n${stderr}`).toBe(0);
    return stdout;
  };

  beforeAll(async () => {
    at = await commandLine(of);
    served = await servedInstallation({
      publicName: PUBLIC_NAME,
      slug: 'small',
      credential: at.beside.credential,
    });
  }, 240_000);
  afterAll(async () => {
    await served?.close();
    await at?.close();
  });

  test(
    'init makes state and config, once; a config that breaks a policy makes nothing',
    async () => {
      expect(done(await at.cove(INIT))).toContain(of.state);
      expect((await at.cove(INIT)).code).toBe(2);
      text = (await readFile(at.file, 'utf8'))
        .replace(/^images: .*$/m, IMAGES)
        .replace(/^certificateAuthorities: .*$/m, `certificateAuthorities: ['${served.caFile}']`);

      await writeFile(at.file, text.replace(/^budget:\n {2}monthlyUsd: \d+$/m, ''));
      const broken = await at.cove(['preview']);
      expect(broken.stderr).toContain('A policy forbids this');
      expect(broken.stderr).toContain('OPS-03');
      expect(broken.code).toBe(3);
      expect(at.fake.cloud.all()).toEqual([]);
    },
    PATIENCE_MS,
  );

  test(
    'up that gets no answer shows what the host wrote while it booted, and what to do',
    async () => {
      await writeFile(at.file, text.replace(/^mounts: .*$/m, 'mounts: [{name: shared, path: /mnt/shared}]'));
      const failed = await at.cove(['up', '--yes', '--wait', '0'], { COVE_URL: 'https://127.0.0.1:1' });
      expect(failed.code, failed.stdout).toBe(1);
      // The name is served elsewhere.
      expect(failed.stdout).toMatch(
        /Make this DNS record: cove\.example\.org\.? (A|CNAME) \S+ \(leads the name/,
      );
      expect(failed.stderr).toMatch(/https:\/\/127\.0\.0\.1:1 is not well: no answer/);
      expect(failed.stderr).toContain('The last that its host wrote while it booted:\nLinux version');
      expect(failed.stderr).toMatch(/`npx cove logs .*boot` shows all/);
      expect(at.fake.cloud.all(types.database)).toHaveLength(1);
    },
    PATIENCE_MS,
  );

  test(
    'up loses no data that is not named; then it goes on to its proof, the example on a worker',
    async () => {
      const { cloud } = at.fake;
      await writeFile(at.file, text);
      const refused = await cove('up', '--yes');
      expect(refused.code, refused.stdout).toBe(4);
      expect(refused.stdout).toMatch(of.lost.shown);
      expect(refused.stderr).toContain('--allow-data-loss');
      expect(cloud.all(types.share)).toHaveLength(1);

      const stdout = done(
        await cove('up', '--yes', ...of.lost.names.flatMap((name) => ['--allow-data-loss', name])),
      );
      expect(cloud.all(types.share)).toEqual([]);
      expect(stdout).toContain('Installation "life" is up.');
      expect(stdout).toMatch(
        /proven {4}by execution 1 of project example: https:\/\/cove\.example\.org\/p\//,
      );
    },
    PATIENCE_MS,
  );

  test(
    'status, doctor, logs, token and password look at it without SSH',
    async () => {
      const status = JSON.parse(done(await cove('status', '--json')));
      expect(status).toMatchObject({ name: 'life', well: true, proof: { counter: 1 } });
      expect(status.environments.map(({ slug }: { slug: string }) => slug)).toEqual(['small']);
      expect(done(await cove('doctor'))).toContain('Nothing to mend.');
      expect(done(await cove('logs', 'boot'))).toContain('Linux version');
      done(await cove('logs', 'api'));
      expect((await cove('logs', 'cook')).code).toBe(2);

      const { username, password } = JSON.parse(done(await cove('password', '--json')));
      expect(username).toBe('admin');
      expect(password).toMatch(/^[\w-]{20}$/);
      const { token } = JSON.parse(done(await cove('token', '--json')));
      expect(token).toMatch(/^\w/);

      done(await at.cove(['secret', 'put', 'deploy'], reached(), 'a value\n'));
      expect(JSON.parse(done(await cove('secret', 'list', '--json')))).toEqual({ secrets: ['deploy'] });
      done(await cove('secret', 'remove', 'deploy', '--yes'));
      expect((await cove('secret', 'remove', 'deploy', '--yes')).code).toBe(1);

      done(await cove('password', '--reset', '--yes'));
      const sent = await at.beside.commands();
      expect(sent.join('\n')).toMatch(of.reset ?? /systemctl start cove-password\.service$/);
      expect(sent.join('\n')).not.toContain(password);
    },
    PATIENCE_MS,
  );

  test(
    'destroy leaves what holds data and what that stands on, and lists both',
    async () => {
      const stdout = done(await cove('destroy', '--yes'));
      expect(stdout).toContain('These hold data and stay:');
      expect(stdout).toContain(of.database);
      expect(stdout).toContain('These stay because those stand on them:');
      const { cloud } = at.fake;
      expect(cloud.all(types.database)).toHaveLength(1);
      expect(cloud.all(types.balancer)).toEqual([]);
      for (const { name } of cloud.all()) expect(stdout).toContain(` ${name}`);
    },
    PATIENCE_MS,
  );

  test(
    'destroy --purge takes the rest, after a final backup; what has none must be named',
    async () => {
      expect((await cove('destroy', '--yes', '--purge', 'other')).code).toBe(2);
      const { cloud } = at.fake;
      of.fill(cloud);
      const before = new Set(cloud.all());
      const purge = ['destroy', '--yes', '--purge', 'life'];
      const refused = await cove(...purge);
      expect(refused.code, refused.stdout).toBe(4);
      expect(refused.stderr).toContain(of.gone.copy);
      for (const name of of.gone.names) expect(refused.stderr).toContain(`--allow-data-loss ${name}`);
      expect(cloud.all(types.database)).toHaveLength(1);

      const stdout = done(
        await cove(...purge, ...of.gone.names.flatMap((name) => ['--allow-data-loss', name])),
      );
      expect(stdout).toContain('DELETED');
      expect(stdout).toMatch(of.left);
      expect(cloud.all().filter((one) => !before.has(one))).toEqual([]);
      expect(cloud.listing()).toEqual([]);
      expect(of.backup(cloud, at.beside)).toBe(true);
    },
    PATIENCE_MS,
  );
}
