/** A real Redis of a test's own, with ACLs, in a folder it is given. */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensure } from '../../toolchain/programs.js';
import { freePort, type Server, startServer } from './process.ts';

export const ADMIN = 'admin';
export const ADMIN_PASSWORD = 'only-for-tests';

export interface RedisServer {
  address: { host: string; port: number };
  server: Server;
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** On the same folder and port. */
  restart(): Promise<void>;
}

/** `user`: who may do everything; `default` where a cloud's Redis knows nobody else. */
export async function startRedis(folder: string, user = ADMIN): Promise<RedisServer> {
  const program = await ensure('redis-server');
  const users = join(folder, 'users.acl');
  const hash = createHash('sha256').update(ADMIN_PASSWORD).digest('hex');
  const nobodyElse = user === 'default' ? '' : 'user default off\n';
  await writeFile(users, `${nobodyElse}user ${user} on #${hash} ~* &* +@all\n`, { mode: 0o600 });
  const port = await freePort();
  const args = ['--port', port, '--bind', '127.0.0.1', '--dir', folder, '--aclfile', users, '--save', ''];
  const start = () =>
    startServer(program, [...args.map(String), '--appendonly', 'yes', '--appendfsync', 'no'], (output) =>
      output.includes('Ready to accept connections'),
    );
  const running: RedisServer = {
    address: { host: '127.0.0.1', port },
    server: await start(),
    stop: (signal) => running.server.stop(signal),
    async restart() {
      running.server = await start();
    },
  };
  return running;
}
