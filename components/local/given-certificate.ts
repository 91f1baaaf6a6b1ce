/** A certificate that the operator has: looked at before anything is made of it. */
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { RunError } from '@pulumi/pulumi';

/** Throws, in words, where the two files cannot serve. Its fingerprint changes when the operator renews it. */
export function givenCertificate({
  certificateFile,
  keyFile,
}: {
  certificateFile: string;
  keyFile: string;
}): {
  fingerprint: string;
} {
  const certificate = parse(
    certificateFile,
    'certificate.certificateFile',
    'a PEM certificate',
    (text) => new X509Certificate(text),
  );
  const key = parse(keyFile, 'certificate.keyFile', 'a PEM private key without a passphrase', (text) =>
    createPrivateKey(text),
  );
  if (!certificate.checkPrivateKey(key)) {
    throw new RunError(
      `${keyFile} is not the key of ${certificateFile}. Name the two that belong together in the config.`,
    );
  }
  if (certificate.validToDate.getTime() < Date.now()) {
    throw new RunError(`${certificateFile} ran out on ${certificate.validTo}. Put a new one there.`);
  }
  return { fingerprint: createHash('sha256').update(certificate.raw).digest('hex') };
}

function parse<T>(file: string, setting: string, what: string, read: (text: string) => T): T {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new RunError(
      `${setting} is ${file}, which cannot be read (${(error as NodeJS.ErrnoException).code}).`,
    );
  }
  try {
    return read(text);
  } catch (error) {
    throw new RunError(`${setting} is ${file}, which is not ${what} (${(error as Error).message}).`);
  }
}
