/** Instance-identity documents as AWS signs them, by a certificate of the test's own. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface IdentitySigner {
  /** PEM. */
  certificateFile: string;
  /** PKCS #7 in base64, as the metadata service gives it at `instance-identity/rsa2048`. */
  sign(document: object): string;
  close(): void;
}

export function identitySigner(): IdentitySigner {
  const folder = mkdtempSync(join(tmpdir(), 'cove-identity-'));
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
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
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
