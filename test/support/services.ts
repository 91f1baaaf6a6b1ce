/** One PostgreSQL, one Redis and one Vault for a whole test run, each started when it is first asked for. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type PostgresServer, startPostgres } from './postgres-server.ts';
import { type RedisServer, startRedis } from './redis-server.ts';
import { startVault, type VaultServer } from './vault-server.ts';

/** Set by the global setup: where to ask. */
export const SOCKET_VARIABLE = 'COVE_TEST_SERVICES';

const starters = { postgres: startPostgres, redis: startRedis, vault: startVault };
type Name = keyof typeof starters;
interface Addresses {
  postgres: PostgresServer['address'];
  redis: RedisServer['address'];
  vault: VaultServer['address'];
}

/** Starts what is asked for in a folder of its own, once. */
export function services(folder: string) {
  const started = new Map<string, Promise<{ address: unknown; stop(): Promise<void> }>>();
  return {
    async get(name: string): Promise<unknown> {
      const start = starters[name as Name];
      const own = join(folder, name);
      mkdirSync(own, { recursive: true });
      const server = started.get(name) ?? start(own);
      started.set(name, server);
      return (await server).address;
    },
    async stop(): Promise<void> {
      await Promise.all(
        [...started.values()].map(async (server) => (await server.catch(() => null))?.stop()),
      );
    },
  };
}

let own: ReturnType<typeof services> | undefined;

/** The address of a shared server. Without a global setup the process has servers of its own. */
export async function sharedService<N extends Name>(name: N): Promise<Addresses[N]> {
  const socketPath = process.env[SOCKET_VARIABLE];
  if (socketPath !== undefined) return JSON.parse(await ask(socketPath, name));
  own ??= ownServices();
  return (await own.get(name)) as Addresses[N];
}

function ownServices() {
  const folder = mkdtempSync(join(tmpdir(), 'cove-test-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return services(folder);
}

function ask(socketPath: string, name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, path: `/${name}` }, async (response) => {
      const answer = await text(response);
      if (response.statusCode === 200) resolve(answer);
      else reject(new Error(answer));
    });
    asking.on('error', reject).end();
  });
}
