/** A server on which systemd runs: `up` hands the installation to it, and it comes back by itself from then on. */
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { lacks } from '../support/machine.ts';
import { until } from '../support/process.ts';
import { bootServer, type ServerMachine } from '../support/server-machine.ts';

let server: ServerMachine;
beforeAll(async () => {
  if (lacks('server-image')) return;
  server = await bootServer();
  await until(
    'systemd runs',
    () => server.run('root', 'systemctl', 'show-environment').catch(() => null),
    60,
  );
  await server.run('root', 'useradd', '--create-home', 'ada');
  await server.run('root', 'loginctl', 'enable-linger', 'ada');
});
afterAll(() => server?.close());

const UNIT = 'cove-local.service';
const systemctl = (user: string, ...args: string[]) =>
  server.run(user, 'systemctl', ...(user === 'root' ? [] : ['--user']), ...args);
const mainPid = (user: string) => systemctl(user, 'show', '--property=MainPID', '--value', UNIT);

/** Process ids by service, as soon as all are well. */
const wellAgain = (user: string) =>
  until(
    'every service is well',
    async () => {
      const status = await server.cove(user, 'status', '--json').catch(() => null);
      const { services } = JSON.parse(status ?? '{}') as { services?: { name: string; pid: number }[] };
      return services && Object.fromEntries(services.map(({ name, pid }) => [name, pid]));
    },
    60,
  );

test.skipIf(lacks('server-image')).each(['root', 'ada'])(
  '%s: a unit is made, survives, comes back after a restart, and goes',
  async (user) => {
    onTestFailed(async () => console.error(await server.run(user, 'journalctl', '--no-pager', '-n', '60')));
    const said = await server.cove(user, 'up', '--yes');
    expect(said).toContain('Installation "local" is up');
    expect(await systemctl(user, 'is-active', UNIT)).toBe('active');
    expect(await systemctl(user, 'is-enabled', UNIT)).toBe('enabled');
    expect(await server.cove(user, 'doctor')).toContain('systemd brings the installation back at every boot');

    const before = await wellAgain(user);
    expect(Object.keys(before)).toEqual(expect.arrayContaining(['postgres', 'vault', 'api', 'worker-local']));
    const supervisor = await mainPid(user);
    await server.run(user, 'sh', '-c', `kill -9 ${supervisor}`);
    await until('another supervisor', async () => !['0', supervisor].includes(await mainPid(user)));
    expect(await wellAgain(user)).toEqual(before);

    await server.restart(user === 'root' ? 'power' : undefined);
    await wellAgain(user);
    expect(await systemctl(user, 'is-active', UNIT)).toBe('active');

    await server.cove(user, 'destroy', '--yes', '--purge', 'local');
    await expect(systemctl(user, 'cat', UNIT)).rejects.toThrow(/No files found/);
    expect(
      await server.run('root', 'sh', '-c', 'grep -l supervisor/mai[n] /proc/[0-9]*/cmdline || true'),
    ).toBe('');
  },
);
