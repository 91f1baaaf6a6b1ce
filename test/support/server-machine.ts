/** A server of one's own, as a container in which systemd is the first process: Cove and its programs are there, all else is new. */
import { ensureWebApp } from '../../app/cli/web-app.ts';
import { cacheFolder } from '../../toolchain/cache.js';
import { ensure } from '../../toolchain/programs.js';
import { SERVER } from '../setup/images.ts';
import { BEFORE_SYSTEMD, RIGHTS } from './booting/machine.ts';
import { docker } from './docker.ts';
import { ROOT } from './installation.ts';

const CHECKOUT = '/opt/cove';
const CACHE = '/opt/programs';

export interface ServerMachine {
  /** Gives what was printed; throws with it where the command fails. */
  run(user: string, ...command: string[]): Promise<string>;
  cove(user: string, ...args: string[]): Promise<string>;
  /** As its owner shuts it down and starts it again; `power`: as a power cut would. */
  restart(how?: 'power'): Promise<void>;
  close(): Promise<void>;
}

export async function bootServer(): Promise<ServerMachine> {
  for (const program of ['pulumi', 'bao', 'redis-server'] as const) await ensure(program);
  // The server has the checkout to read.
  await ensureWebApp();
  const id = await docker(
    ...['run', '--detach', '--hostname', 'server', '--stop-signal', 'SIGRTMIN+3', '--tmpfs', '/run'],
    ...['--tmpfs', '/tmp', ...RIGHTS, '--volume', `${ROOT}:${CHECKOUT}:ro`],
    ...['--volume', `${cacheFolder()}:${CACHE}:ro`, SERVER],
    ...['sh', '-c', `${BEFORE_SYSTEMD}\nexec /sbin/init`],
  );
  const run = async (user: string, ...command: string[]) => {
    const uid = await docker('exec', id, 'id', '-u', user);
    const home = user === 'root' ? '/root' : `/home/${user}`;
    const env = [`HOME=${home}`, `USER=${user}`, `COVE_CACHE=${CACHE}`, `XDG_RUNTIME_DIR=/run/user/${uid}`];
    const where = ['--user', user, '--workdir', CHECKOUT, ...env.flatMap((one) => ['--env', one])];
    return docker('exec', ...where, id, ...command).catch((error) => {
      throw new Error(`${command.join(' ')}:\n${error.stdout}\n${error.stderr}`);
    });
  };
  return {
    run,
    cove: (user, ...args) => run(user, 'node_modules/.bin/node', 'toolchain/cove.js', ...args),
    async restart(how) {
      if (how === 'power') await docker('kill', id);
      else await docker('stop', '--time', '60', id);
      await docker('start', id);
    },
    close: () => docker('rm', '--force', '--volumes', id).then(() => {}),
  };
}
