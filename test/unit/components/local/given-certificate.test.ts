import { chmodSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { givenCertificate } from '../../../../components/local/given-certificate.ts';
import { certificateAuthority } from '../../../../components/provider/kinds/certificate-authority.ts';
import { made, scratch } from '../../../support/resource.ts';

async function pair() {
  const home = scratch();
  const files = { certificateFile: join(home, 'a.pem'), keyFile: join(home, 'a.key') };
  const { state } = await made(certificateAuthority, { commonName: 'Given', ...files });
  return { ...files, fingerprint: state.fingerprint, home };
}

test('a certificate and its key are taken; the fingerprint tells a renewed one', async () => {
  const [one, two] = [await pair(), await pair()];
  expect(givenCertificate(one)).toEqual({ fingerprint: one.fingerprint });
  copyFileSync(two.certificateFile, one.certificateFile);
  copyFileSync(two.keyFile, one.keyFile);
  expect(givenCertificate(one)).toEqual({ fingerprint: two.fingerprint });
});

test('what cannot serve is refused in words', async () => {
  const [one, two] = [await pair(), await pair()];
  expect(() => givenCertificate({ ...one, keyFile: two.keyFile })).toThrow(/is not the key of/);
  expect(() => givenCertificate({ ...one, certificateFile: join(one.home, 'none') })).toThrow(
    /^certificate\.certificateFile is .*none, which cannot be read \(ENOENT\)/,
  );
  expect(() => givenCertificate({ ...one, certificateFile: one.keyFile })).toThrow(
    /which is not a PEM certificate/,
  );
  writeFileSync(join(one.home, 'text'), 'hello');
  chmodSync(join(one.home, 'text'), 0o600);
  expect(() => givenCertificate({ ...one, keyFile: join(one.home, 'text') })).toThrow(
    /^certificate\.keyFile is .*text, which is not a PEM private key/,
  );
  vi.useFakeTimers({ now: Date.parse('2090-01-01'), toFake: ['Date'] });
  expect(() => givenCertificate(one)).toThrow(/ran out on/);
  vi.useRealTimers();
});
