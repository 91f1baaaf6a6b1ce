import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { certificatesIn, proxyFor, proxyVariables } from '../../../app/platform/outbound.ts';

const proxy = {
  url: 'http://proxy.corp:3128',
  noProxy: ['10.0.0.0/8', '.internal', 'example.com:8443', '*.corp.net', 'fd00::/8', ' 192.168.1.5 '],
};

test.each([
  ['https://github.com/a', true],
  ['https://10.1.2.3:9000/', false],
  ['https://11.1.2.3/', true],
  ['https://db.internal/', false],
  ['https://internal/', false],
  ['https://notinternal/', true],
  ['https://example.com:8443/', false],
  ['https://example.com/', true],
  ['https://git.corp.net', false],
  ['https://[fd00::1]/', false],
  ['http://192.168.1.5', false],
  ['http://127.0.0.1:8000/', false],
  ['http://localhost/', false],
  ['http://[::1]/', false],
])('%s goes through the proxy: %s', (address, through) => {
  expect(proxyFor(address, proxy)).toBe(through ? proxy.url : null);
});

test('without a proxy everything is direct, and no variable is set', () => {
  expect(proxyFor('https://github.com', undefined)).toBeNull();
  expect(proxyVariables(undefined)).toEqual({});
  expect(proxyVariables(proxy)).toMatchObject({
    https_proxy: proxy.url,
    NO_PROXY: expect.stringMatching(/^localhost,/),
  });
});

test('a file without a certificate is refused by name', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'cove-')), 'ca.pem');
  await writeFile(file, '-----BEGIN PRIVATE KEY-----');
  expect(() => certificatesIn(file)).toThrow(/ca\.pem holds no certificate/);
  expect(() => certificatesIn(`${file}.not`)).toThrow(/cannot be read/);
});
