/** A real ACME authority: Let's Encrypt's Pebble; its own address has a certificate of a test's authority. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { certificate } from '../../components/provider/kinds/certificate.ts';
import { certificateAuthority } from '../../components/provider/kinds/certificate-authority.ts';
import { pebble } from '../setup/pebble.ts';
import { freePort, startServer } from './process.ts';
import { made } from './resource.ts';

export interface PebbleServer {
  directoryUrl: string;
  /** Where it knocks (HTTP-01). */
  challengePort: number;
  /** PEM of who signed its address, and the file of it. */
  authority: string;
  authorityFile: string;
  stop(): Promise<void>;
}

/** `dns`: address of the name server that it asks, in place of the machine's. */
export async function startPebble(folder: string, dns?: string): Promise<PebbleServer> {
  const at = (name: string) => join(folder, name);
  const authority = { commonName: 'Test', certificateFile: at('ca.pem'), keyFile: at('ca.key') };
  const { state } = await made(certificateAuthority, authority);
  await made(certificate, {
    names: ['localhost'],
    addresses: ['127.0.0.1'],
    certificateFile: at('pebble.pem'),
    keyFile: at('pebble.key'),
    authorityCertificateFile: authority.certificateFile,
    authorityKeyFile: authority.keyFile,
    authorityFingerprint: state.fingerprint,
  });
  const [listen, manage, challengePort, tlsPort] = await Promise.all([1, 2, 3, 4].map(() => freePort()));
  const settings = {
    listenAddress: `127.0.0.1:${listen}`,
    managementListenAddress: `127.0.0.1:${manage}`,
    certificate: at('pebble.pem'),
    privateKey: at('pebble.key'),
    httpPort: challengePort,
    tlsPort,
  };
  await writeFile(at('pebble.json'), JSON.stringify({ pebble: settings }));
  const variables = ['PEBBLE_VA_NOSLEEP=1', 'PEBBLE_WFE_NONCEREJECT=0', 'PEBBLE_AUTHZREUSE=0'];
  const args = [
    await pebble(),
    '-config',
    at('pebble.json'),
    ...(dns === undefined ? [] : ['-dnsserver', dns]),
  ];
  const server = await startServer('/usr/bin/env', [...variables, ...args], (output) =>
    output.includes('Listening on'),
  );
  return {
    directoryUrl: `https://localhost:${listen}/dir`,
    challengePort: challengePort!,
    authority: await readFile(at('ca.pem'), 'utf8'),
    authorityFile: at('ca.pem'),
    stop: () => server.stop(),
  };
}
