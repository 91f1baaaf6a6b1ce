/** Documents of who a machine is, as AWS and Azure sign them, by certificates of the test's own. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface IdentitySigner {
  /** PEM of AWS's own certificate, or of the authority that signed for Azure. */
  certificateFile: string;
  /** PKCS #7 in base64, as the metadata service gives it. */
  sign(document: object): string;
  close(): void;
}

const folderWithOpenssl = () => {
  const folder = mkdtempSync(join(tmpdir(), 'cove-identity-'));
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  return { folder, openssl, close: () => rmSync(folder, { recursive: true, force: true }) };
};

export function identitySigner(): IdentitySigner {
  const { folder, openssl, close } = folderWithOpenssl();
  const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', 'aws.key'];
  openssl('req', '-x509', ...key, '-out', 'aws.pem', '-subj', '/C=US/O=Amazon Web Services LLC');
  return {
    certificateFile: join(folder, 'aws.pem'),
    sign(document) {
      writeFileSync(join(folder, 'document'), JSON.stringify(document));
      const by = ['-signer', 'aws.pem', '-inkey', 'aws.key', '-md', 'sha256', '-nodetach', '-nocerts'];
      const args = ['-sign', '-binary', '-in', 'document', ...by, '-outform', 'DER'];
      return openssl('cms', ...args).toString('base64');
    },
    close,
  };
}

/** Azure's comes with the certificate that signed it, which an authority has signed. */
export function attestedSigner(): IdentitySigner {
  const { folder, openssl, close } = folderWithOpenssl();
  const key = (name: string) => ['-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`];
  openssl('req', '-x509', ...key('root'), '-out', 'root.pem', '-subj', '/CN=Root');
  openssl('req', '-new', ...key('azure'), '-out', 'azure.csr', '-subj', '/CN=westeurope.metadata.azure.com');
  const by = ['-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial'];
  openssl('x509', '-req', '-in', 'azure.csr', ...by, '-out', 'azure.pem');
  return {
    certificateFile: join(folder, 'root.pem'),
    sign(document) {
      writeFileSync(join(folder, 'document'), JSON.stringify(document));
      const signer = ['-signer', 'azure.pem', '-inkey', 'azure.key', '-md', 'sha256', '-nodetach'];
      const args = ['-sign', '-binary', '-in', 'document', ...signer, '-outform', 'DER'];
      return openssl('cms', ...args).toString('base64');
    },
    close,
  };
}
