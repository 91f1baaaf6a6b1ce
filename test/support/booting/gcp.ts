/** Google Cloud for machines that boot: its services under their real names, and what the stack would have made there. */
import { EventEmitter, once } from 'node:events';
import type { RequestListener, ServerResponse } from 'node:http';
import { googleIdentity } from '../../fakes/google/identity.ts';
import { googleSecrets } from '../../fakes/google/secrets.ts';
import { type Handler, Refused, startGoogle } from '../../fakes/google/server.ts';
import { environmentsArgs } from '../boot.ts';
import { testCertificates } from '../certificates.ts';
import { ADMIN_PASSWORD, startRedis } from '../redis-server.ts';
import { PASSWORD } from '../registry-server.ts';
import { startGcs } from '../stores.ts';
import { type Cloud, here } from './cloud.ts';
import { METADATA } from './network.ts';

const PROJECT = 'ml-platform-1234';
const REGION = 'europe-north1';
const GROUP = 'cove-prod-worker-cpu';
const REGISTRY = `${REGION}-docker.pkg.dev`;
const INSTANCE = '7000000000000000001';
const QUEUE_PORT = 6378;
const AUDIENCE = 'https://cove.example.com';
const address = (name: string) => `cove-prod-${name}@${PROJECT}.iam.gserviceaccount.com`;
/** Of the registry too, which knows a single password. */
const HOST = { email: address('app-host'), token: PASSWORD };
const WORKER = { email: address('worker'), token: 'of the account without grants' };

export const gcp: Cloud = {
  zones: ['.googleapis.com', '.pkg.dev', '.sql.goog'],
  names: ['*.googleapis.com', REGISTRY],
  resolver: METADATA,
  registry: REGISTRY,
  database: `0123456789ab.abcdefghijkl.${REGION}.sql.goog`,
  userData: (document) => Buffer.from(document),
  async start({ folder, network, started }) {
    const buckets = { platformBucket: 'cove-prod-platform', dataBucket: 'cove-prod-data' };
    const [redis, store, identity, queue] = await Promise.all([
      started(startRedis(folder, 'default'), (it) => it.stop()),
      started(startGcs(Object.values(buckets), 'storage.googleapis.com'), (it) => it.stop()),
      googleIdentity(),
      // Memorystore's certificate has its address as a name, and an authority of the instance's own.
      testCertificates([network.address]),
    ]);
    const tls = { cert: queue.certificate, key: queue.key };
    await network.pass(QUEUE_PORT, () => here(redis.address.port), tls);
    const secrets = googleSecrets(PROJECT, [HOST.email]);
    const launched = new Date();
    const google = await started(
      startGoogle(
        { [HOST.token]: HOST.email, [WORKER.token]: WORKER.email },
        {
          secretmanager: secrets.handler,
          iamcredentials: identity.signing,
          www: identity.keys,
          compute: groupOfOne(launched),
        },
      ),
      (it) => it.close(),
    );
    const token = (audience: string) =>
      identity.token({ audience, projectId: PROJECT, instanceId: INSTANCE, since: launched });
    const attributes = new Attributes();
    const password = secrets.make('queue', ADMIN_PASSWORD);
    const [cpu] = environmentsArgs();
    const { queueUser: _, ...environment } = cpu!;
    const group = { kind: 'gcp' as const, projectId: PROJECT, region: REGION, group: GROUP, ceiling: 4 };
    return {
      https: (name, registry) => {
        if (name === REGISTRY) return registry;
        return here(name === 'storage.googleapis.com' ? store.port : google.port);
      },
      secrets: {
        make: async (name, text) => secrets.make(name, text),
        read: async ({ secret }) => secrets.read(secret),
        write: async ({ secret }, text) => secrets.write(secret, text),
      },
      appHost: {
        registry: { kind: 'gcp', host: REGISTRY },
        secretStore: { kind: 'gcp' },
        storage: { kind: 'gcs', ...buckets, credentials: 'machine' },
        queue: {
          host: network.address,
          port: QUEUE_PORT,
          authority: { pem: queue.ca },
          users: { kind: 'shared', user: 'default', password },
        },
        join: { proof: { kind: 'gcp', projectId: PROJECT, audience: AUDIENCE } },
      },
      environments: [
        {
          environment: {
            ...environment.environment,
            machines: { ...environment.environment.machines!, machineType: 'n2-standard-4', group },
          },
        },
      ],
      worker: { proof: { kind: 'gcp', audience: AUDIENCE }, relay: true },
      metadata: { appHost: metadataServer(HOST, token, attributes), worker: metadataServer(WORKER, token) },
      resetPassword: () => attributes.set('cove-password-reset', new Date().toISOString()),
    };
  },
};

/** Compute Engine API v1: the workers' managed instance group, with one machine in it. */
function groupOfOne(launched: Date): Handler {
  const project = `/compute/v1/projects/${PROJECT}`;
  const manager = `${project}/regions/${REGION}/instanceGroupManagers/${GROUP}`;
  const instance = `https://www.googleapis.com${project}/zones/${REGION}-a/instances/${GROUP}-x1`;
  const createdBy = `projects/99/regions/${REGION}/instanceGroupManagers/${GROUP}`;
  return ({ method, path, as }) => {
    if (as !== HOST.email) throw new Refused(403, "Required 'compute' permission");
    switch (`${method} ${path}`) {
      case `GET ${manager}`:
        return { targetSize: 1, baseInstanceName: GROUP };
      case `POST ${manager}/listManagedInstances`:
        return {
          managedInstances: [{ instance, id: INSTANCE, instanceStatus: 'RUNNING', currentAction: 'NONE' }],
        };
      case `GET ${project}/aggregated/instances`:
        return {
          items: {
            [`zones/${REGION}-a`]: {
              instances: [
                {
                  id: INSTANCE,
                  name: `${GROUP}-x1`,
                  creationTimestamp: launched.toISOString(),
                  metadata: { items: [{ key: 'created-by', value: createdBy }] },
                },
              ],
            },
          },
        };
      default:
        return undefined;
    }
  };
}

/** Of an instance: whoever waits for a change is answered when there is one. */
class Attributes {
  readonly #all: Record<string, string> = { 'enable-oslogin': 'TRUE' };
  readonly #changes = new EventEmitter();
  #etag = 1;

  set(key: string, value: string): void {
    this.#all[key] = value;
    this.#etag++;
    this.#changes.emit('change');
  }
  async answer(query: URLSearchParams, response: ServerResponse): Promise<object> {
    const signal = AbortSignal.timeout(1000 * Number(query.get('timeout_sec') ?? 60));
    if (query.get('last_etag') === String(this.#etag))
      await once(this.#changes, 'change', { signal }).catch(() => {});
    response.setHeader('ETag', this.#etag);
    return this.#all;
  }
}

/** Who does not name the flavour gets nothing (Compute Engine documentation, "View and query VM metadata"). */
function metadataServer(
  { email, token }: { email: string; token: string },
  identity: (audience: string) => Promise<string>,
  attributes = new Attributes(),
): RequestListener {
  const account = { aliases: ['default'], email, scopes: ['https://www.googleapis.com/auth/cloud-platform'] };
  const own = 'instance/service-accounts/default/';
  const answers: Record<string, (query: URLSearchParams, response: ServerResponse) => unknown> = {
    '': () => 'instance/\nproject/\n',
    instance: () => 'id\nservice-accounts/\n',
    'project/project-id': () => PROJECT,
    'universe/universe-domain': () => 'googleapis.com',
    'instance/id': () => INSTANCE,
    'instance/attributes/': (query, response) => attributes.answer(query, response),
    'instance/service-accounts/': () => ({ default: account, [email]: account }),
    [`${own}email`]: () => email,
    [`${own}token`]: () => ({ access_token: token, expires_in: 3599, token_type: 'Bearer' }),
    [`${own}identity`]: (query) => identity(query.get('audience') ?? ''),
  };
  return async (request, response) => {
    response.setHeader('Metadata-Flavor', 'Google');
    if (request.headers['metadata-flavor'] !== 'Google') return void response.writeHead(403).end();
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://metadata');
    const answer = answers[pathname.replace('/computeMetadata/v1/', '').replace(/^\/$/, '')];
    if (answer === undefined) return void response.writeHead(404).end();
    const told = await answer(searchParams, response);
    if (typeof told === 'string') return void response.end(told);
    response.setHeader('content-type', 'application/json').end(JSON.stringify(told));
  };
}
