/** A job reads a PostgreSQL that is not ours, as docs/warehouse.md tells it; ours stay out of its reach. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DockerEngine } from '../../app/platform/docker.ts';
import { connect } from '../../app/platform/postgres.ts';
import type { ApiSettings } from '../../app/settings.ts';
import { warehouseImage } from '../setup/images.ts';
import type { Api } from '../support/api.ts';
import { docker, dockerHost, dockerSocket } from '../support/docker.ts';
import { ROOT } from '../support/installation.ts';
import {
  type PostgresServer,
  SUPERUSER,
  SUPERUSER_PASSWORD,
  startPostgres,
} from '../support/postgres-server.ts';
import { installation, newProject, signIn, start } from './support.ts';

const PASSWORD = 'of the analyst, and of nobody else';
let api: Api;
let project: string;
let folder: string;
let warehouse: PostgresServer;
/** Where containers find this machine. */
let gateway: string;

beforeAll(async () => {
  await warehouseImage(dockerHost);
  folder = await mkdtemp(join(tmpdir(), 'cove warehouse '));
  const [bridge] = JSON.parse(await docker('network', 'inspect', 'bridge'));
  gateway = (await new DockerEngine(dockerSocket).gateway())!;
  const at = { address: gateway, network: bridge.IPAM.Config[0].Subnet };
  warehouse = await startPostgres(folder, { template: false, at });
  await fill('postgres', 'CREATE DATABASE sales', `CREATE ROLE analyst LOGIN PASSWORD '${PASSWORD}'`);
  await fill(
    'sales',
    'CREATE TABLE sales (day date, region text, amount numeric)',
    `INSERT INTO sales SELECT date '2026-01-01' + n, CASE n % 2 WHEN 0 THEN 'north' ELSE 'south' END, n FROM generate_series(1, 10) n`,
    'GRANT SELECT ON sales TO analyst',
  );
  api = await signIn();
  project = (await newProject(api)).id;
});
afterAll(async () => {
  await warehouse?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

async function fill(name: string, ...statements: string[]): Promise<void> {
  const address = { ...warehouse.address, name, user: SUPERUSER, tls: false };
  const db = connect(address, async () => SUPERUSER_PASSWORD, { max: 1 });
  for (const statement of statements) await sql.raw(statement).execute(db);
  await db.destroy();
}

/** What the page shows between its fences, so that nobody copies what does not work. */
function fromPage(language: string): string {
  const page = readFileSync(join(ROOT, 'docs/warehouse.md'), 'utf8');
  return page.match(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'ms'))?.[1] ?? '';
}

test('a job reads a warehouse with a password from Vault, which nothing shows', async () => {
  const variables = {
    WAREHOUSE_HOST: gateway,
    WAREHOUSE_PORT: String(warehouse.address.port),
    WAREHOUSE_USER: 'analyst',
  };
  for (const [name, value] of Object.entries({ ...variables, WAREHOUSE_PASSWORD: PASSWORD })) {
    const secret = name.endsWith('PASSWORD');
    await api.ok('POST', `/projects/${project}/environment_variable/`, { name, value, secret });
  }
  const yaml = fromPage('yaml').replace('registry.example.com/team/warehouse:1', 'cove-test/warehouse:1');
  const commit = await api.importPackage(project, { 'valohai.yaml': yaml, 'read.py': fromPage('python') });
  const run = await api.create(project, commit, 'read-warehouse', { parameters: { region: 'north' } });
  const ended = await api.end(run.id);
  const log = (await api.log(run.id)).map(({ message }) => message).join('\n');
  expect(ended.status, log).toBe('complete');
  expect(ended.cumulative_metadata).toMatchObject({ rows: 5, total: 30 });
  const [output] = ended.outputs;
  expect(output?.name).toBe('sales.csv');
  expect((await api.download(output!.id)).toString()).toBe(
    'day,amount\r\n2026-01-03,2\r\n2026-01-05,4\r\n2026-01-07,6\r\n2026-01-09,8\r\n2026-01-11,10\r\n',
  );
  const shown = JSON.stringify([
    await api.ok('GET', `/projects/${project}/`),
    await api.ok('GET', `/executions/${run.id}/`),
    log,
  ]);
  expect(shown).not.toContain(PASSWORD);
});

test('the same job reaches neither our PostgreSQL, nor our Redis, nor our Vault, wherever it looks for them', async () => {
  const file = join(installation.home, installation.name, 'settings/api.json');
  const settings = JSON.parse(readFileSync(file, 'utf8')) as ApiSettings;
  const ports = [settings.database.port, settings.queue.port, Number(new URL(settings.vault.address).port)];
  expect(ports.every((port) => port > 0)).toBe(true);
  const machine = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  const addresses = machine.filter(({ family }) => family === 'IPv4').map(({ address }) => address);
  const hosts = [...new Set([gateway, ...addresses, 'localhost', 'host.docker.internal'])];
  // All at once, and with little patience: a name server may not answer, nor may an address.
  const probe = `
import socket, sys
from concurrent.futures import ThreadPoolExecutor

def probe(target):
    host, port = target.split(":")
    try:
        socket.create_connection((host, int(port)), 2).close()
        return "open"
    except OSError:
        return "closed"

targets = sys.argv[1:]
with ThreadPoolExecutor(len(targets)) as pool:
    for target, found in zip(targets, pool.map(probe, targets)):
        print(found, target)
`;
  // The warehouse is on the same machine: that it answers shows that the probe would see the others.
  const control = `${gateway}:${warehouse.address.port}`;
  const targets = [control, ...hosts.flatMap((host) => ports.map((port) => `${host}:${port}`))];
  const run = await start(
    api,
    project,
    `RES_OPTIONS='timeout:1 attempts:1' python3 probe.py ${targets.join(' ')}`,
    {
      image: 'cove-test/warehouse:1',
      files: { 'probe.py': probe },
    },
  );
  expect((await api.end(run.id, 120)).status).toBe('complete');
  const said = (await api.log(run.id))
    .filter(({ stream }) => stream === 'stdout')
    .map(({ message }) => message);
  expect(said).toHaveLength(targets.length);
  expect(said.filter((line) => line.startsWith('open'))).toEqual([`open ${control}`]);
});

test('of a job without a container the ports are in reach, and not their logins: it finds the installation empty', async () => {
  const home = join(installation.home, installation.name);
  const { database, queue, vault } = JSON.parse(
    readFileSync(join(home, 'settings/api.json'), 'utf8'),
  ) as ApiSettings;
  const knock = `
import os, socket, struct, sys

def ask(address, text):
    host, _, port = address.rpartition(":")
    with socket.create_connection((host, int(port)), 10) as at:
        at.sendall(text)
        return at.recv(400)

postgres, redis, vault, home = sys.argv[1:]
hello = struct.pack("!i", 196608) + b"user\\0postgres\\0\\0"
print("postgres", ask(postgres, struct.pack("!i", len(hello) + 4) + hello)[:9])
print("redis", ask(redis, b"KEYS *\\r\\n"))
print("vault", ask(vault, b"GET /v1/cove/data/services/api HTTP/1.0\\r\\n\\r\\n").split(b"\\r")[0])
print("home", [os.path.join(*found[:1], name) for found in os.walk(home) for name in found[2]])
`;
  const addresses = [
    `${database.host}:${database.port}`,
    `${queue.host}:${queue.port}`,
    new URL(vault.address).host,
  ];
  const run = await start(api, project, `python3 knock.py ${addresses.join(' ')} '${home}'`, {
    files: { 'knock.py': knock },
    request: { environment: 'local-process' },
  });
  const ended = await api.end(run.id);
  const said = (await api.log(run.id)).map(({ message }) => message);
  expect(ended.status, said.join('\n')).toBe('complete');
  const answer = (of: string) => said.find((line) => line.startsWith(`${of} `));
  // It asks for a password (SASL), or lets this name in by no way.
  expect(answer('postgres')).toMatch(/b'(R\\x00\\x00\\x00.\\x00\\x00\\x00\\n|R.*\\n|E)/);
  expect(answer('redis')).toMatch(/NOAUTH|NOPERM/);
  expect(answer('vault')).toMatch(/ 403 /);
  expect(answer('home')).toBe('home []');
});
