import { X509Certificate } from 'node:crypto';
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { expect, test, vi } from 'vitest';
import { certificate } from '../../../../components/provider/kinds/certificate.ts';
import { certificateAuthority } from '../../../../components/provider/kinds/certificate-authority.ts';
import { made, scratch, silent } from '../../../support/resource.ts';

async function authorityAndCertificate(names = ['cove.example.org', 'localhost']) {
  const home = scratch();
  const authority = await made(certificateAuthority, {
    commonName: 'Cove installation test',
    certificateFile: join(home, 'authority.pem'),
    keyFile: join(home, 'authority.key'),
  });
  const inputs = {
    names,
    addresses: ['127.0.0.1', '::1'],
    certificateFile: join(home, 'certificate.pem'),
    keyFile: join(home, 'certificate.key'),
    authorityCertificateFile: authority.state.certificateFile,
    authorityKeyFile: authority.state.keyFile,
    authorityFingerprint: authority.state.fingerprint,
  };
  return { authority, inputs, certificate: await made(certificate, inputs) };
}

test('a client that trusts the authority, and only that, is content with the certificate', async () => {
  const { authority, inputs } = await authorityAndCertificate();
  const [cert, key, ca] = await Promise.all(
    [inputs.certificateFile, inputs.keyFile, authority.state.certificateFile].map((file) => readFile(file)),
  );
  const server = createServer({ cert, key }, (socket) => socket.end()).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const shake = (options: object) =>
    new Promise((resolve) => {
      const socket = connect({ host: '127.0.0.1', port, ...options }, () => resolve(socket.authorized));
      socket.on('error', (error) => resolve(error.message));
    });
  for (const servername of ['localhost', 'cove.example.org']) {
    expect(await shake({ ca, servername })).toBe(true);
  }
  expect(await shake({ ca })).toBe(true);
  expect(await shake({ ca, servername: 'elsewhere.org' })).toMatch(/altnames/);
  expect(await shake({ servername: 'localhost' })).toMatch(/self-signed|unable to verify/);
  server.close();
});

test('keys are 0600 and not in the state; the authority may sign, the certificate may not', async () => {
  const { authority, certificate: leaf, inputs } = await authorityAndCertificate();
  for (const file of [inputs.keyFile, authority.state.keyFile]) {
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const body = (await readFile(file, 'utf8')).split('\n')[1] ?? '';
    expect(JSON.stringify([leaf.state, authority.state])).not.toContain(body);
  }
  expect(new X509Certificate(await readFile(authority.state.certificateFile)).ca).toBe(true);
  expect(new X509Certificate(await readFile(inputs.certificateFile)).ca).toBe(false);
});

test('other names or another authority ask for another certificate; a month before its end it is renewed', async () => {
  const { certificate: leaf, inputs } = await authorityAndCertificate();
  expect(certificate.replaceOn).toEqual(
    expect.arrayContaining(['names', 'addresses', 'authorityFingerprint']),
  );
  expect(certificate.diff?.(leaf.state, inputs)).toEqual({});
  vi.useFakeTimers({ now: Date.parse(leaf.state.notAfter) - 29 * 86_400_000, toFake: ['Date'] });
  expect(certificate.diff?.(leaf.state, inputs)).toEqual({ changed: ['notAfter'] });
  const renewed = await certificate.update(leaf.id, leaf.state, inputs, silent);
  expect(Date.parse(renewed.notAfter)).toBeGreaterThan(Date.parse(leaf.state.notAfter));
  vi.useRealTimers();
});

test('an authority made again keeps its key, so that who trusted it once need not do so again', async () => {
  const { authority, inputs } = await authorityAndCertificate();
  const old = await readFile(authority.state.certificateFile);
  await certificateAuthority.delete(authority.id, authority.state, silent);
  expect(await certificateAuthority.read(authority.id, authority.state, silent)).toBeNull();
  const { commonName, certificateFile, keyFile } = authority.state;
  const again = await made(certificateAuthority, { commonName, certificateFile, keyFile });
  await made(certificate, { ...inputs, authorityFingerprint: again.state.fingerprint });
  const leaf = new X509Certificate(await readFile(inputs.certificateFile));
  expect(leaf.verify(new X509Certificate(old).publicKey)).toBe(true);
  expect(leaf.checkIssued(new X509Certificate(old))).toBe(true);
});

test('a certificate whose file or key is gone is told as gone', async () => {
  const { certificate: leaf, inputs } = await authorityAndCertificate();
  expect(await certificate.read(leaf.id, leaf.state, silent)).toEqual({});
  await rm(inputs.keyFile);
  expect(await certificate.read(leaf.id, leaf.state, silent)).toBeNull();
});
