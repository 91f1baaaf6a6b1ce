/** An authority of a test's own, and a server's certificate from it, as files. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importKey, issueAuthority, issueServer, newKey } from '../../components/provider/x509.ts';

export interface TestCertificates {
  caFile: string;
  certificateFile: string;
  keyFile: string;
  ca: string;
  certificate: string;
  key: string;
}

/** `names` and `addresses`: whom the certificate is for. */
export async function testCertificates(names: string[], addresses: string[] = []): Promise<TestCertificates> {
  const folder = await mkdtemp(join(tmpdir(), 'cove-certificates-'));
  const [authorityKey, key] = await Promise.all([newKey(), newKey()]);
  const authority = await importKey(authorityKey);
  const ca = await issueAuthority('An authority of a test', authority);
  const certificate = await issueServer({ names, addresses }, await importKey(key), {
    certificate: ca,
    key: authority,
  });
  const at = {
    caFile: join(folder, 'ca.pem'),
    certificateFile: join(folder, 'server.pem'),
    keyFile: join(folder, 'server.key'),
  };
  await writeFile(at.caFile, ca);
  await writeFile(at.certificateFile, certificate);
  await writeFile(at.keyFile, key, { mode: 0o600 });
  return { ...at, ca, certificate, key };
}
