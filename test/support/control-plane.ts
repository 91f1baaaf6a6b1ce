/** A real API server of Kubernetes with its store: it validates, defaults and refuses; nothing runs in it. */
import { spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster, type ClusterAddress } from '../../app/platform/cluster.ts';
import { apiServer, defineObjects } from '../setup/kubernetes.ts';
import { freePort } from './process.ts';

export interface ControlPlane {
  /** As its administrator. */
  address: ClusterAddress;
  cluster: Cluster;
  close(): Promise<void>;
}

const READY_MS = 60_000;

/** A port that was free a moment ago may be somebody's by now: then another one is taken. */
export async function startControlPlane(tries = 3): Promise<ControlPlane> {
  try {
    return await start();
  } catch (error) {
    if (tries > 1 && /address already in use/.test((error as Error).message))
      return startControlPlane(tries - 1);
    throw error;
  }
}

async function start(): Promise<ControlPlane> {
  const program = await apiServer();
  const folder = await mkdtemp(join(tmpdir(), 'cove-cluster-'));
  const [store, peers, port] = [await freePort(), await freePort(), await freePort()];
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const at = (name: string) => join(folder, name);
  const token = randomBytes(24).toString('hex');
  await writeFile(at('accounts.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await writeFile(at('accounts.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  await writeFile(at('tokens.csv'), `${token},admin,1,system:masters\n`, { mode: 0o600 });

  const started = [
    spawn(
      'etcd',
      [
        `--data-dir=${at('store')}`,
        `--listen-client-urls=http://127.0.0.1:${store}`,
        `--advertise-client-urls=http://127.0.0.1:${store}`,
        `--listen-peer-urls=http://127.0.0.1:${peers}`,
        `--initial-advertise-peer-urls=http://127.0.0.1:${peers}`,
        `--initial-cluster=default=http://127.0.0.1:${peers}`,
        // A test that loses power starts anew.
        '--unsafe-no-fsync',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    ),
    spawn(
      program,
      [
        `--etcd-servers=http://127.0.0.1:${store}`,
        '--bind-address=127.0.0.1',
        '--advertise-address=127.0.0.1',
        `--secure-port=${port}`,
        `--cert-dir=${at('certificates')}`,
        `--token-auth-file=${at('tokens.csv')}`,
        '--authorization-mode=RBAC',
        '--service-cluster-ip-range=10.96.0.0/16',
        '--service-account-issuer=https://kubernetes.default.svc',
        `--service-account-key-file=${at('accounts.pub')}`,
        `--service-account-signing-key-file=${at('accounts.key')}`,
        // Nobody is there who would take its finalizers off.
        '--disable-admission-plugins=StorageObjectInUseProtection',
        '--allow-privileged=true',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    ),
  ];
  let said = '';
  for (const child of started)
    child.stderr?.on('data', (data) => {
      said = (said + data).slice(-8000);
    });
  const ended = new AbortController();
  for (const child of started) child.once('exit', () => ended.abort(new Error('it ended')));
  const close = async () => {
    for (const child of started) child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const authority = await until(() => readFile(at('certificates/apiserver.crt'), 'utf8'), ended.signal);
    const address: ClusterAddress = {
      server: `https://127.0.0.1:${port}`,
      authority,
      token: async () => token,
    };
    const cluster = new Cluster(address);
    await until(() => cluster.text('/readyz'), ended.signal);
    await defineObjects(cluster);
    return {
      address,
      cluster,
      close: async () => {
        await cluster.close();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw new Error(`the API server did not start: ${(error as Error).message}\n${said}`);
  }
}

async function until<T>(work: () => Promise<T>, ended?: AbortSignal): Promise<T> {
  const end = Date.now() + READY_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      ended?.throwIfAborted();
      if (Date.now() > end) throw error;
      await sleep(100);
    }
  }
}
