/** A certificate from a real ACME authority: Let's Encrypt's Pebble, which knocks on a port of ours. */
import { X509Certificate } from 'node:crypto';
import { readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { acmeCertificate } from '../../../../components/provider/kinds/acme-certificate.ts';
import { lacks } from '../../../support/machine.ts';
import { type PebbleServer, startPebble } from '../../../support/pebble-server.ts';
import { freePort } from '../../../support/process.ts';
import { made, scratch, silent } from '../../../support/resource.ts';

const home = scratch();
const at = (name: string) => join(home, name);
let server: PebbleServer;
let wanted: Parameters<typeof acmeCertificate.create>[0];

describe.skipIf(lacks('pebble'))('with an ACME authority', () => {
  beforeAll(async () => {
    server = await startPebble(home);
    wanted = {
      name: 'localhost',
      email: 'admin@cove.internal',
      directoryUrl: server.directoryUrl,
      challengePort: server.challengePort,
      authorityFile: server.authorityFile,
      accountKeyFile: at('account.key'),
      certificateFile: at('certificate.pem'),
      keyFile: at('certificate.key'),
    };
  });
  afterAll(async () => {
    await server?.stop();
    await rm(home, { recursive: true });
  });

  test('the challenge is answered, certificate and chain arrive, the keys are 0600', async () => {
    const { state } = await made(acmeCertificate, wanted);
    const pem = await readFile(wanted.certificateFile, 'utf8');
    expect(new X509Certificate(pem).subjectAltName).toBe('DNS:localhost');
    expect(pem.match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(1);
    for (const file of [wanted.keyFile, wanted.accountKeyFile]) {
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect(JSON.stringify(state)).not.toContain((await readFile(file, 'utf8')).split('\n')[1]);
    }
  });

  test('another address to write to asks for no other certificate; a lost one is asked for again', async () => {
    const { id, state } = await made(acmeCertificate, wanted);
    const changed = await acmeCertificate.update(id, state, { ...wanted, email: 'b@cove.internal' }, silent);
    expect(changed.fingerprint).toBe(state.fingerprint);
    await rm(wanted.certificateFile);
    expect(await acmeCertificate.read(id, state, silent)).toBeNull();
    expect((await acmeCertificate.update(id, state, wanted, silent)).fingerprint).not.toBe(state.fingerprint);
  });

  test('a port that is taken, and an authority that is away, are named', async () => {
    const holder = createServer().listen(wanted.challengePort);
    await expect(made(acmeCertificate, wanted)).rejects.toThrow(
      new RegExp(`Port ${wanted.challengePort}, .*EADDRINUSE.*certificate\\.challengePort`),
    );
    holder.close();
    const away = { ...wanted, directoryUrl: `https://localhost:${await freePort()}/dir` };
    await expect(made(acmeCertificate, away)).rejects.toThrow(/cannot be reached \(ECONNREFUSED\)/);
    const none = { ...wanted, directoryUrl: wanted.directoryUrl.replace('/dir', '/nothing') };
    await expect(made(acmeCertificate, none)).rejects.toThrow(/answers 404; an ACME directory is needed/);
  });
});
