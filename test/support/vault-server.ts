/** A real OpenBao of a test's own, in a folder it is given. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensure } from '../../toolchain/programs.js';
import { freePort, type Server, startServer } from './process.ts';

export const ROOT_TOKEN = 'only-for-tests';

export interface VaultServer {
  address: { address: string };
  server: Server;
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** On the same port. */
  restart(): Promise<void>;
}

/** Initialised, unsealed, everything in memory: what most tests need, in a second. */
export async function startVault(): Promise<VaultServer> {
  const listen = `127.0.0.1:${await freePort()}`;
  const flags = ['-dev', '-dev-no-store-token', `-dev-root-token-id=${ROOT_TOKEN}`];
  return run(listen, ['server', ...flags, `-dev-listen-address=${listen}`]);
}

export interface RealVaultOptions {
  /** Lets the recovery key make a root token, which OpenBao forbids by itself. */
  generateRoot?: boolean;
}

/** As an installation runs it: stored in PostgreSQL, sealed by a key file, restarted when it dies, not initialised. */
export async function startRealVault(
  folder: string,
  connectionUrl: string,
  options: RealVaultOptions = {},
): Promise<VaultServer> {
  const listen = `127.0.0.1:${await freePort()}`;
  const sealFile = join(folder, 'vault.seal');
  await writeFile(sealFile, randomBytes(32), { mode: 0o600 });
  const config = {
    storage: { postgresql: { connection_url: connectionUrl } },
    listener: [
      {
        tcp: {
          address: listen,
          tls_disable: true,
          ...(options.generateRoot && { disable_unauthed_generate_root_endpoints: false }),
        },
      },
    ],
    seal: { static: { current_key_id: '1', current_key: `file://${sealFile}` } },
    disable_mlock: true,
    api_addr: `http://${listen}`,
    pid_file: join(folder, 'vault.pid'),
  };
  const configFile = join(folder, 'vault.json');
  await writeFile(configFile, JSON.stringify(config), { mode: 0o600 });
  const running = await run(listen, ['server', '-config', configFile]);
  const { stop } = running;
  let wanted = true;
  const supervise = () =>
    running.server.child.once('exit', () => {
      const again = () => running.restart().then(supervise, () => wanted && setTimeout(again, 200));
      if (wanted) void again();
    });
  supervise();
  running.stop = (signal) => {
    wanted = false;
    return stop(signal);
  };
  return running;
}

async function run(listen: string, args: string[]): Promise<VaultServer> {
  const program = await ensure('bao');
  const address = `http://${listen}`;
  const answers = () =>
    fetch(`${address}/v1/sys/seal-status`).then(
      ({ ok }) => ok,
      () => false,
    );
  const start = () => startServer(program, args, answers);
  const running: VaultServer = {
    address: { address },
    server: await start(),
    stop: (signal) => running.server.stop(signal),
    async restart() {
      running.server = await start();
    },
  };
  return running;
}
