/** A real PostgreSQL of a test's own, in a folder it is given. */
import { execFile } from 'node:child_process';
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { migrate } from '../../app/platform/migrate.ts';
import { connect, type DatabaseAddress } from '../../app/platform/postgres.ts';
import { asOrdinaryUser } from '../../components/provider/unprivileged.ts';
import { ensure } from '../../toolchain/programs.js';
import { freePort, type Server, startServer, until } from './process.ts';
import { childrenOf, isRunning } from './processes.ts';

/** Every test server's superuser. */
export const SUPERUSER = 'postgres';
export const SUPERUSER_PASSWORD = 'only-for-tests';
/** A migrated database nobody connects to: test databases are its clones. */
export const TEMPLATE = 'cove_template';

export interface PostgresServer {
  address: { host: string; port: number };
  server: Server;
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** On the same folder and port. */
  restart(): Promise<void>;
}

/**
 * `template: false` leaves out the migrated template; `durable`: a commit outlives kill -9, as it must where that is tried,
 * `disk` also a power failure, as an installation's does; `tls`: files of a certificate and its key; `at`: another address to listen on, for a network; `home`: another PostgreSQL's folder, that of the
 * operating system has the clients too.
 */
export async function startPostgres(
  folder: string,
  options: {
    template?: boolean;
    durable?: boolean | 'disk';
    tls?: { certificateFile: string; keyFile: string };
    at?: { address: string; network: string };
    home?: string | undefined;
  } = {},
): Promise<PostgresServer> {
  const home = options.home ?? (await ensure('postgres'));
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, SUPERUSER_PASSWORD, { mode: 0o600 });
  const initialise = ['-D', data, '-U', SUPERUSER, '--pwfile', passwordFile, '--auth=scram-sha-256'];
  const rest = ['--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions'];
  const [initdb, ...args] = asOrdinaryUser([join(home, 'bin/initdb'), ...initialise, ...rest]);
  await promisify(execFile)(initdb, args);
  const { at } = options;
  if (at) await appendFile(join(data, 'pg_hba.conf'), `host all all ${at.network} scram-sha-256\n`);
  const port = await freePort();
  const settings = {
    listen_addresses: ['127.0.0.1', ...(at ? [at.address] : [])].join(','),
    unix_socket_directories: '',
    fsync: options.durable === 'disk' ? 'on' : 'off',
    full_page_writes: options.durable === 'disk' ? 'on' : 'off',
    synchronous_commit: options.durable ? 'on' : 'off',
    shared_buffers: '32MB',
    max_connections: '200',
    autovacuum: 'off',
    max_wal_size: '256MB',
    ...(options.tls && {
      ssl: 'on',
      ssl_cert_file: options.tls.certificateFile,
      ssl_key_file: options.tls.keyFile,
    }),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [postgres, ...rights] = asOrdinaryUser([join(home, 'bin/postgres'), '-D', data, '-p', String(port)]);
  const start = () =>
    startServer(postgres, [...rights, ...flags], (output) => output.includes('ready to accept connections'));
  const running: PostgresServer = {
    address: { host: '127.0.0.1', port },
    server: await start(),
    // SIGINT: without waiting for clients to leave.
    async stop(signal = 'SIGINT') {
      const { pid } = running.server.child;
      const backends = pid === undefined ? [] : childrenOf(pid);
      await running.server.stop(signal);
      // Killed, it leaves them to notice by themselves; until then they answer on.
      await until('the end of its back ends', () => !backends.some(isRunning));
    },
    async restart() {
      running.server = await start();
    },
  };
  if (options.template !== false) await makeTemplate(running.address);
  return running;
}

async function makeTemplate(address: PostgresServer['address']): Promise<void> {
  const login = (name: string): DatabaseAddress => ({ ...address, name, user: SUPERUSER, tls: false });
  const password = async () => SUPERUSER_PASSWORD;
  const admin = connect(login('postgres'), password, { max: 1 });
  await sql.raw(`CREATE DATABASE ${TEMPLATE}`).execute(admin);
  await admin.destroy();
  const template = connect(login(TEMPLATE), password, { max: 1 });
  await migrate(template);
  await template.destroy();
}
