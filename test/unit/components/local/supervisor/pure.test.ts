import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { endsInARow, HEALTHY_MS, pauseAfter } from '../../../../../components/local/supervisor/back-off.ts';
import { isAlive } from '../../../../../components/local/supervisor/identity.ts';
import { socketPath } from '../../../../../components/local/supervisor/places.ts';
import { serviceEnvironment } from '../../../../../components/local/supervisor/process.ts';
import { rotate } from '../../../../../components/local/supervisor/rotate.ts';
import { unitName, unitText } from '../../../../../components/local/supervisor/systemd.ts';
import { startTime } from '../../../../../toolchain/lock.js';

test('the pause grows with every end in a row, up to half a minute, and never shrinks', () => {
  expect([1, 2, 3, 4, 8, 100].map(pauseAfter)).toEqual([250, 500, 1000, 2000, 30_000, 30_000]);
  fc.assert(fc.property(fc.nat(200), (ends) => pauseAfter(ends) <= pauseAfter(ends + 1)));
});

test('an end after a healthy time counts as the first', () => {
  expect(endsInARow(7, HEALTHY_MS - 1)).toBe(8);
  expect(endsInARow(7, HEALTHY_MS)).toBe(1);
});

test('a log beyond its limit is copied away and emptied; only so many old ones are kept', () => {
  const folder = mkdtempSync(join(tmpdir(), 'logs '));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'api.log');
  const limits = { bytes: 10, keep: 2 };
  expect(rotate(file, limits)).toBe(false);
  for (const text of ['first first', 'second second', 'third third']) {
    writeFileSync(file, text, { flag: 'a' });
    expect(rotate(file, limits)).toBe(true);
    expect(statSync(file).size).toBe(0);
  }
  expect(readFileSync(`${file}.1`, 'utf8')).toBe('third third');
  expect(readFileSync(`${file}.2`, 'utf8')).toBe('second second');
  expect(existsSync(`${file}.3`)).toBe(false);
  writeFileSync(file, 'short');
  expect(rotate(file, limits)).toBe(false);
});

test('a socket path fits into what the system allows, however deep the folder lies', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (name) => {
      const folder = `/${name.replaceAll('\0', '')}`;
      expect(Buffer.byteLength(socketPath(folder, '/tmp'))).toBeLessThan(104);
    }),
  );
  const deep = `/${'x'.repeat(200)}`;
  expect(socketPath('/home/ann/.cove/local/supervisor')).toBe(
    '/home/ann/.cove/local/supervisor/control.sock',
  );
  expect(socketPath(`${deep}/a`)).not.toBe(socketPath(`${deep}/b`));
});

test('a pid alone is not enough: start time and boot must fit', () => {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const own = { pid: process.pid, started: startTime(process.pid) ?? '', boot, spec: '' };
  expect(isAlive(own)).toBe(true);
  expect(isAlive({ ...own, started: `${Number(own.started) - 1}` })).toBe(false);
  expect(isAlive({ ...own, boot: 'another' })).toBe(false);
});

test('a service sees a small environment, not that of whoever started the supervisor', () => {
  const spec = { name: 'a', command: '/bin/true', args: [], environment: { GOGC: '50' } };
  const own = { PATH: '/bin', HOME: '/root', AWS_SECRET_ACCESS_KEY: 'no', PULUMI_CONFIG_PASSPHRASE: 'no' };
  expect(serviceEnvironment(spec, own)).toEqual({ PATH: '/bin', HOME: '/root', GOGC: '50' });
});

test('the systemd unit starts the supervisor at boot and leaves the services alone when it dies', () => {
  const text = unitText('/home/ann/my $home/100%/local', { asRoot: false, path: '/usr/bin:/opt/a $b' });
  const checkout = fileURLToPath(new URL('../../../../..', import.meta.url));
  expect(text.replaceAll(process.execPath, '<node>').replaceAll(checkout, '<cove>/')).toMatchInlineSnapshot(`
    "[Unit]
    Description=Cove installation local
    After=network.target

    [Service]
    ExecStart="<node>" "--max-old-space-size=32" "--max-semi-space-size=1" "--no-warnings" "<cove>/components/local/supervisor/main.ts" "/home/ann/my $$home/100%%/local"
    WorkingDirectory=/home/ann/my $home/100%%/local
    Environment="PATH=/usr/bin:/opt/a $b"
    UMask=0077
    KillMode=process
    TimeoutStopSec=120
    Restart=always
    RestartSec=1

    [Install]
    WantedBy=default.target
    "
  `);
  expect(unitText('/a', { asRoot: true, path: '' })).toContain('WantedBy=multi-user.target');
  expect(unitName('/home/ann/.cove/local', '/home/ann')).toBe('cove-local.service');
  expect(unitName('/srv/a/local', '/home/ann')).not.toBe(unitName('/srv/b/local', '/home/ann'));
});
