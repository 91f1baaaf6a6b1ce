/** A project of Google Cloud for `cove`, under Google's names: state, key, secrets, and what pre-flight asks. */
import { APIS, stateBucket } from '../../../../app/cli/clouds/gcp/names.ts';
import { PERMISSIONS } from '../../../../app/cli/clouds/gcp/permissions.ts';
import { instanceGroup } from '../../../fakes/google/group.ts';
import { googleSecrets } from '../../../fakes/google/secrets.ts';
import { type Handler, Refused, startGoogle } from '../../../fakes/google/server.ts';
import { startKeyService } from '../../../support/google/key-service.ts';
import { wayToGoogle } from '../../../support/google/way.ts';
import { startGcs } from '../../../support/stores.ts';
import { COMMON, type Commanded } from '../command.ts';

const PROJECT = 'ml-platform-1234';
const REGION = 'europe-west4';
const OPERATOR = 'ops@example.org';
const TOKEN = 'of the operator';
const GROUP = { projectId: PROJECT, region: REGION, group: 'cove-life-worker-small' };

export const gcp: Commanded = {
  init: ['gcp', `--project-id=${PROJECT}`, `--region=${REGION}`, ...COMMON],
  state: `gs://${stateBucket('life', { projectId: PROJECT, region: REGION })}`,
  fake: { region: REGION, account: PROJECT },
  reset: /^cove-password-reset=20\d\d-/m,
  types: {
    database: 'gcp:sql/databaseInstance:DatabaseInstance',
    balancer: 'gcp:compute/globalForwardingRule:GlobalForwardingRule',
    share: 'gcp:filestore/instance:Instance',
  },
  lost: { shown: /delete {2}Instance shared .*ITS DATA IS LOST/, names: ['shared'] },
  database: 'DatabaseInstance database',
  gone: {
    names: ['vault-seal', 'data', 'platform'],
    copy: 'gcloud storage rsync --recursive gs://cove-life-',
  },
  left: /DatabaseInstance database: its last backup, for 30 days/,
  fill(cloud) {
    for (const { id } of cloud.all('gcp:storage/bucket:Bucket')) cloud.contents.set(id, 3);
  },
  backup: (cloud) => [...cloud.remains].some((one) => one.startsWith('backup cove-life-')),
  async open(_folder, host = 'app-host') {
    const workers = instanceGroup(GROUP);
    const secrets = googleSecrets(PROJECT, [OPERATOR]);
    const entry = secrets.make('cove-life-administrator');
    const requests: string[] = [];
    const [store, keys, google] = await Promise.all([
      startGcs([], 'storage.googleapis.com'),
      startKeyService(),
      startGoogle(
        { [TOKEN]: OPERATOR },
        {
          oauth2: ({ path }) =>
            path === '/token' ? { access_token: TOKEN, expires_in: 3599, token_type: 'Bearer' } : undefined,
          secretmanager: secrets.handler,
          compute: known((asked) => {
            const reset = () => secrets.write(entry.secret, secrets.read(entry.secret));
            return workers.handler(asked) ?? computeOf(requests, host, reset)(asked);
          }),
          cloudkms: known(({ method }) => (method === 'POST' ? {} : undefined)),
          cloudresourcemanager: known(({ method }) =>
            method === 'GET' ? { state: 'ACTIVE' } : { permissions: PERMISSIONS },
          ),
          serviceusage: known(({ method }) =>
            method === 'POST'
              ? { name: 'operations/1', done: true }
              : { services: APIS.map((name) => ({ name: `projects/1/services/${name}`, state: 'ENABLED' })) },
          ),
          logging: known(() => ({ entries: [{ jsonPayload: { message: 'listening' } }] })),
        },
      ),
    ]);
    const way = await wayToGoogle((name, grpc) => {
      if (name === 'storage.googleapis.com') return store.port;
      return grpc ? keys.port : google.port;
    });
    return {
      env: way.env,
      credential: { keep: (text) => secrets.write(entry.secret, text) },
      commands: async () => requests,
      machines: async () => workers.ids(),
      async close() {
        await way.close();
        google.close();
        keys.close();
        await store.stop();
      },
    };
  },
};

const known =
  (handler: Handler): Handler =>
  (asked) => {
    if (asked.as === OPERATOR) return handler(asked);
    throw new Refused(401, 'Request had invalid authentication credentials.');
  };

/** `reset`: what the host does when it is asked for another password. */
function computeOf(requests: string[], host: string, reset: () => void): Handler {
  const HOST = `projects/${PROJECT}/zones/${REGION}-a/instances/cove-life-${host}-1a2b`;
  const at = `/compute/v1/projects/${PROJECT}`;
  const instance = {
    selfLink: `https://www.googleapis.com/compute/v1/${HOST}`,
    creationTimestamp: new Date().toISOString(),
    metadata: { fingerprint: 'abc', items: [] },
  };
  const zones = ['a', 'b', 'c'].map((letter) => `https://www.googleapis.com${at}/zones/${REGION}-${letter}`);
  return ({ method, path, body }) => {
    if (path === `/compute/v1/${HOST}/serialPort`) return { contents: 'Linux version 6.8\nbooted\n' };
    if (path === `/compute/v1/${HOST}/setMetadata` && method === 'POST') {
      for (const { key, value } of body.items) requests.push(`${key}=${value}`);
      reset();
      return {};
    }
    if (path === `/compute/v1/${HOST}`) return instance;
    if (path === `${at}/aggregated/instances`)
      return { items: { [`zones/${REGION}-a`]: { instances: [instance] } } };
    if (path.includes('/machineTypes/')) return { guestCpus: 4 };
    if (path === `${at}/regions/${REGION}`) return { zones, quotas: [] };
    if (path === at) return { quotas: [] };
    return path.startsWith(`${at}/regions/${REGION}/`) ? { items: [] } : undefined;
  };
}
