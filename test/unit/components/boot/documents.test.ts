import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { PROTOCOL_VERSION } from '../../../../app/protocol/worker.ts';
import { Settings } from '../../../../app/settings.ts';
import { LIMIT_BYTES, userData } from '../../../../components/aws/user-data.ts';
import { appHostDocument } from '../../../../components/boot/app-host.ts';
import type { WrittenFile } from '../../../../components/boot/cloud-config.ts';
import { PROTOCOL, workerDocument } from '../../../../components/boot/worker.ts';
import { appHostArgs, workerArgs } from '../../../support/boot.ts';

interface Document {
  packages?: string[];
  apt?: object;
  write_files: WrittenFile[];
  runcmd: string[][];
}
const read = (text: string) => parse(text) as Document;
const file = (document: Document, path: string) => {
  const found = document.write_files.find((one) => one.path === path);
  if (!found) throw new Error(`${path} is not written`);
  return found.content;
};
const fullArgs = () => ({
  ...appHostArgs(),
  certificateAuthorities: [authority()],
  proxy: { http: 'http://proxy.example.com:3128', noProxy: ['.example.com'] },
  logs: { kind: 'aws' as const, region: 'eu-north-1', group: '/cove/prod' },
});
const authority = () => `-----BEGIN CERTIFICATE-----\n${'MIIB'.repeat(300)}\n-----END CERTIFICATE-----`;
/** As hard to compress as a true one. */
const random = () =>
  `-----BEGIN CERTIFICATE-----\n${randomBytes(900).toString('base64')}\n-----END CERTIFICATE-----`;

describe('the application host', () => {
  test('names its identity to every service in Azure, where a machine may have several; each is called by its name in the journal', () => {
    const azure = { kind: 'azure', vaultUrl: 'https://x.vault.azure.net/', clientId: 'own' } as const;
    const document = read(appHostDocument({ ...appHostArgs(), secretStore: azure }));
    for (const unit of ['databases', 'bootstrap', 'api', 'scheduler', 'environments']) {
      const text = file(document, `/etc/systemd/system/cove-${unit}.service`);
      expect(text).toContain('--env AZURE_CLIENT_ID=own');
      expect(text).toContain(`SyslogIdentifier=cove-${unit}\n`);
    }
    expect(JSON.stringify(read(appHostDocument(appHostArgs())))).not.toContain('AZURE_CLIENT_ID');
  });

  test('is told what every service needs, and each setting is one the service knows', () => {
    const document = read(appHostDocument(fullArgs()));
    for (const role of ['bootstrap', 'api', 'scheduler'])
      expect(Settings.parse(JSON.parse(file(document, `/etc/cove/${role}.json`)))).toMatchObject({ role });
  });

  test('fits into what AWS takes, compressed where it must be, with the authorities of a large company', () => {
    const plain = appHostDocument(fullArgs());
    expect(userData(plain).toString()).toBe(plain);
    const many = (length: number) =>
      appHostDocument({ ...fullArgs(), certificateAuthorities: Array.from({ length }, random) });
    const six = many(6);
    expect(gunzipSync(userData(six)).toString()).toBe(six);
    expect(userData(six).length).toBeLessThan(LIMIT_BYTES);
    expect(() => userData(many(25))).toThrow(/bytes, compressed, and AWS takes 16384/);
    expect(() => many(50)).toThrow(/bytes, and clouds take 48000/);
  });

  test('names secrets and holds none: nothing in it is as random as a secret', () => {
    const known = /[0-9a-f]{64}|MIIB+|AbCdEf/g;
    for (const document of [appHostDocument(fullArgs()), workerDocument(workerArgs())]) {
      const text = document.replaceAll('MIIB', '').replace(known, '');
      expect(text.match(/(?=[\w+]*\d)(?=[\w+]*[A-Z])(?=[\w+]*[a-z])[\w+]{20,}/g)).toBeNull();
      expect(text).not.toMatch(/"(password|secret_id|token)":\s*"/i);
    }
  });

  test('mounts into each service its own secrets, and no other service’s', () => {
    const document = read(appHostDocument(appHostArgs()));
    for (const role of ['api', 'scheduler', 'vault']) {
      const unit = file(document, `/etc/systemd/system/cove-${role}.service`);
      const mounted = [...unit.matchAll(/--volume \/run\/cove\/secrets(\S*?):/g)].map(([, at]) => at);
      expect(mounted, role).toEqual([`/${role}`]);
      expect(unit).toContain('docker run $RUN ');
    }
    const common = file(document, '/etc/systemd/system/cove-.service.d/cove.conf');
    expect(common).toMatch(/--read-only .*--user 10001:10001 .*--cap-drop ALL/);
  });

  test('in a network without a way out installs nothing; with an own Vault elsewhere runs none', () => {
    expect(read(appHostDocument({ ...appHostArgs(), installPackages: false })).packages).toBeUndefined();
    const elsewhere = appHostDocument({
      ...appHostArgs(),
      images: { platform: appHostArgs().images.platform, vault: null },
      vault: { address: 'https://vault.example.com', authority: 'public' },
    });
    expect(elsewhere).not.toContain('cove-vault');
  });

  test('takes authorities and proxy everywhere', () => {
    const document = read(appHostDocument(fullArgs()));
    expect(file(document, '/etc/cove/authorities.pem')).toBe(authority());
    expect(document.runcmd[0]?.join(' ')).toContain('update-ca-certificates');
    expect(file(document, '/etc/systemd/system/docker.service.d/proxy.conf')).toContain('proxy.example.com');
    const api = JSON.parse(file(document, '/etc/cove/api.json'));
    expect(api.proxy).toEqual({ url: 'http://proxy.example.com:3128', noProxy: ['.example.com'] });
    expect(api.certificateAuthorityFiles).toEqual(['/etc/cove/authorities.pem']);
  });
});

describe('a worker', () => {
  test('speaks the protocol of the API it joins', () => expect(PROTOCOL).toBe(PROTOCOL_VERSION));

  test('keeps jobs from the metadata service unless their environment has an identity', () => {
    expect(workerDocument(workerArgs())).toContain(
      '169.254.169.254 --protocol tcp ! --dport 53 --jump REJECT',
    );
    expect(workerDocument({ ...workerArgs(), jobsHaveIdentity: true })).not.toContain('REJECT');
  });

  test('lets jobs mount the shared file systems of their environment, and nothing where it has none', () => {
    const of = (mounts?: { source: string; target: string }[]) =>
      JSON.parse(
        file(read(workerDocument({ ...workerArgs(), mounts })), '/var/lib/cove/worker.template.json'),
      ).mounts;
    expect(of([{ source: 'fs.example:/', target: '/mnt/shared' }])).toEqual([
      { source: '/mnt/shared', readOnly: false },
    ]);
    expect(of()).toBeUndefined();
  });

  test('knows on which ports people reach it, where they do', () => {
    const of = (more: object) =>
      file(read(workerDocument({ ...workerArgs(), ...more })), '/var/lib/cove/worker.template.json');
    const settings = { ...JSON.parse(of({ doorPorts: { from: 2222, to: 2299 } })), name: 'i-1' };
    expect(Settings.parse(settings)).toMatchObject({ doorPorts: { from: 2222, to: 2299 } });
    expect(of({})).not.toContain('doorPorts');
  });
});
