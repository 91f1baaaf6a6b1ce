/**
 * Azure as the command line meets it, under its real names: a proxy of the test's own ends their TLS, behind it the
 * management API and key vaults are faked, the state's account is Azurite. The login is the Azure CLI's.
 */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { stateAccount } from '../../../../app/cli/clouds/azure/names.ts';
import { keyVaults } from '../../../fakes/azure/key-vault.ts';
import { metadataServer } from '../../../fakes/azure/metadata.ts';
import { scaleSet } from '../../../fakes/azure/scale-set.ts';
import { type Asked, startAzure } from '../../../fakes/azure/server.ts';
import { subscription } from '../../../fakes/azure/subscription.ts';
import { TENANT, tokenOf } from '../../../fakes/azure/tokens.ts';
import { startNamesProxy } from '../../../support/names-proxy.ts';
import { startBlobs } from '../../../support/stores.ts';
import { COMMON, type Commanded } from '../command.ts';

const subscriptionId = '01234567-89ab-cdef-0123-456789abcdef';
const place = { subscriptionId, tenantId: TENANT, region: 'westeurope' };
const OPERATOR = { oid: '5c1f2ab5-0000-4000-8000-000000000001', upn: 'ops@example.org' };
const MACHINE = { oid: '5c1f2ab5-0000-4000-8000-000000000002' };
const VAULT = 'cove-life-0123abcd';

export const azure: Commanded = {
  init: [
    'azure',
    `--subscription-id=${subscriptionId}`,
    `--tenant-id=${TENANT}`,
    `--region=${place.region}`,
    ...COMMON,
  ],
  state: `azblob://state in ${stateAccount('life', place)}`,
  types: {
    database: 'azure-native:dbforpostgresql:Server',
    balancer: 'azure-native:network:ApplicationGateway',
    share: 'azure-native:storage:FileShare',
  },
  lost: { shown: /delete {2}FileShare shared .*ITS DATA IS LOST/, names: ['shared', 'shares'] },
  database: 'Server database',
  gone: { names: ['storage'], copy: 'az storage blob download-batch' },
  left: /Vault vault: .*az keyvault recover/,
  fill(cloud) {
    for (const { id } of cloud.all('azure-native:storage:BlobContainer')) cloud.contents.set(id, 3);
  },
  backup: (_cloud, { backups = () => [] }) => backups().some((id) => /\/backups\/final-/.test(id)),
  async open(folder, host) {
    const account = stateAccount('life', place);
    const vaults = keyVaults([OPERATOR.oid]);
    const fake = subscription({
      subscriptionId,
      region: place.region,
      installation: 'life',
      vault: VAULT,
      ...(host !== undefined && { host }),
    });
    const workers = scaleSet({ subscriptionId, resourceGroup: 'cove-life', group: 'cove-life-worker-small' });
    const services = fake.services.map((one) =>
      one.name === 'management.azure.com'
        ? { ...one, answer: (asked: Asked) => workers.answer(asked) ?? one.answer(asked) }
        : one,
    );
    // Who a machine is, and as whom it asks.
    const answers = metadataServer(MACHINE, () => '');
    const metadata = createServer((request, response) => {
      // Where it is asked at another address than its own, Microsoft's library writes a slash too many.
      request.url = request.url?.replace('/token/?', '/token?') ?? '';
      answers(request, response);
    });
    await new Promise<void>((resolve) => void metadata.listen(0, '127.0.0.1', resolve));
    const { port } = metadata.address() as AddressInfo;
    const [blobs, azure] = await Promise.all([
      startBlobs(account, ['state']),
      startAzure([vaults.service, ...services]),
    ]);
    const proxy = await startNamesProxy(
      ['management.azure.com', '*.vault.azure.net', '*.blob.core.windows.net'],
      (name) => (name === blobs.host ? blobs.port : azure.port),
    );
    const bin = join(folder, 'bin');
    await mkdir(bin);
    await writeFile(join(bin, 'az'), azureCli());
    await chmod(join(bin, 'az'), 0o755);
    return {
      env: {
        PATH: `${bin}:${process.env.PATH}`,
        AZURE_TOKEN_CREDENTIALS: 'AzureCliCredential',
        // As for an operator behind a proxy that ends TLS: to Node, and to the engine.
        HTTPS_PROXY: proxy.url,
        NO_PROXY: '127.0.0.1,localhost',
        NODE_USE_ENV_PROXY: '1',
        NODE_EXTRA_CA_CERTS: proxy.caFile,
        SSL_CERT_FILE: proxy.caFile,
      },
      credential: { keep: (text) => void vaults.secrets.set(`${VAULT}/administrator`, text) },
      commands: async () => fake.commands,
      backups: () => fake.backups,
      machines: async () => workers.ids(),
      machineEnv: { AZURE_POD_IDENTITY_AUTHORITY_HOST: `http://127.0.0.1:${port}` },
      async close() {
        metadata.close();
        proxy.close();
        azure.close();
        await blobs.stop();
      },
    };
  },
};

/** `az account get-access-token`, as the SDKs of Azure ask it for one service after another. */
function azureCli(): string {
  const cases = ['https://management.azure.com', 'https://vault.azure.net', 'https://storage.azure.com'].map(
    (service) => `*${service}*) token=${tokenOf(OPERATOR, service)} ;;`,
  );
  return `#!/bin/sh
case "$*" in
${cases.join('\n')}
*) echo "no such service: $*" >&2; exit 1 ;;
esac
printf '{"accessToken":"%s","expiresOn":"2099-01-01 00:00:00.000000","expires_on":4070908800,"subscription":"${subscriptionId}","tenant":"${TENANT}","tokenType":"Bearer"}' "$token"
`;
}
