/** The newest image of Azure's marketplace, against a fake of the documented API over real HTTP. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { Context } from '../../../../components/provider/kind.ts';
import { azureImage } from '../../../../components/provider/kinds/azure-image.ts';

const context: Context = { urn: '', log() {} };

test('the newest version is found once, by number and not by letters; an image that is not there is told', async () => {
  const server = createServer((request, response) => {
    const found = request.url?.includes('/offers/ubuntu-24_04-lts/skus/server/versions');
    const versions = ['24.04.9', '24.04.202509150', '24.04.202601010', '24.04.202512180'];
    response
      .writeHead(request.headers.authorization === 'Bearer secret' ? 200 : 401)
      .end(JSON.stringify(found ? versions.map((name) => ({ name })) : []));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const wanted = {
    subscriptionId: 'sub',
    region: 'westeurope',
    publisher: 'Canonical',
    offer: 'ubuntu-24_04-lts',
    sku: 'server',
    elsewhere: { endpoint, token: 'secret' },
  };
  const { outputs } = await azureImage.create(wanted, context);
  expect(outputs).toEqual({ version: '24.04.202601010' });
  const old = { ...wanted, version: '24.04.202509150' };
  expect(await azureImage.update('id', old, wanted, context)).toEqual({ version: '24.04.202509150' });
  await expect(azureImage.create({ ...wanted, offer: 'other' }, context)).rejects.toThrow(/has no image/);
  const stranger = { ...wanted, elsewhere: { endpoint, token: 'guess' } };
  await expect(azureImage.create(stranger, context)).rejects.toThrow(/\(401\)/);
});
