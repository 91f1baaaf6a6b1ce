/** A real registry (Debian's docker-registry) of a test's own, behind a name and a password. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, type Server, startServer } from './process.ts';

export const USERNAME = 'ann';
export const PASSWORD = 'only-for-tests';
/** bcrypt of the password, the one kind of hash that the registry knows. */
const HASH = '$2b$04$tcHERhnhrF1nKJNnptz7duIrlIyvlJYw2nWy3dvLJ2tij67BTaYja';

/** The same of the login that moto, as ECR, gives for its account. */
const ECR_HASH = '$2b$04$abcdefghijklmnopqrstuu/cMn6kFoLFEf9ShbIPSVtJoiKQtizZG';

/** Who logs in where the password is a token of the cloud's: Google's and Azure's registries. */
const BY_TOKEN = ['oauth2accesstoken', '00000000-0000-0000-0000-000000000000'];

export interface RegistryServer {
  /** `127.0.0.1:PORT`. */
  host: string;
  server: Server;
  stop(): Promise<void>;
}

/** `everywhere`: on every address of this machine, so that machines of a test reach it too. */
export async function startRegistry({ everywhere = false } = {}): Promise<RegistryServer> {
  const folder = mkdtempSync(join(tmpdir(), 'cove-registry-'));
  const host = `127.0.0.1:${await freePort()}`;
  const logins = [...[USERNAME, ...BY_TOKEN].map((name) => `${name}:${HASH}`), `AWS:${ECR_HASH}`];
  writeFileSync(join(folder, 'htpasswd'), `${logins.join('\n')}\n`);
  const config = {
    version: '0.1',
    log: { accesslog: { disabled: false } },
    storage: { filesystem: { rootdirectory: join(folder, 'data') }, delete: { enabled: true } },
    http: { addr: everywhere ? host.replace('127.0.0.1', '') : host, secret: 'only-for-tests' },
    auth: { htpasswd: { realm: 'test', path: join(folder, 'htpasswd') } },
  };
  writeFileSync(join(folder, 'config.yml'), JSON.stringify(config));
  const server = await startServer('docker-registry', ['serve', join(folder, 'config.yml')], (output) =>
    output.includes('listening on'),
  );
  return {
    host,
    server,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
