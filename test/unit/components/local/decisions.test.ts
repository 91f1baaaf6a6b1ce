/** The pure decisions of the local components. */
import { isIP } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { postgresSettings, startupPacket } from '../../../../components/local/database.ts';
import { certificateNames, inUrl, onlyHere } from '../../../../components/local/dns.ts';
import { redisSettings } from '../../../../components/local/queue.ts';
import { vaultSettings } from '../../../../components/local/vault.ts';

test('a certificate is made out to the public name first, to this machine, and to loopback, each once', () => {
  expect(certificateNames({ publicName: 'cove.lab.org', listen: '10.0.0.7' }, 'Box')).toEqual({
    names: ['cove.lab.org', 'localhost', 'box'],
    addresses: ['127.0.0.1', '::1', '10.0.0.7'],
  });
  expect(certificateNames({ publicName: '10.0.0.7', listen: '0.0.0.0' }, '')).toEqual({
    names: ['localhost'],
    addresses: ['10.0.0.7', '127.0.0.1', '::1'],
  });
  fc.assert(
    fc.property(fc.domain(), fc.oneof(fc.ipV4(), fc.ipV6()), fc.domain(), (publicName, listen, host) => {
      const { names, addresses } = certificateNames({ publicName, listen }, host);
      expect(names[0]).toBe(publicName.toLowerCase());
      expect(new Set([...names, ...addresses]).size).toBe(names.length + addresses.length);
      expect(addresses.every((address) => isIP(address) > 0)).toBe(true);
    }),
  );
});

test('an address of everywhere is reached by loopback, an IPv6 address is bracketed', () => {
  expect(['0.0.0.0', '::', '10.0.0.7', '127.0.0.2'].map(onlyHere)).toEqual([
    '127.0.0.1',
    '::1',
    '127.0.0.1',
    '127.0.0.2',
  ]);
  expect(inUrl('::1')).toBe('[::1]');
  expect(inUrl('127.0.0.1')).toBe('127.0.0.1');
});

test('inner services listen on loopback alone', () => {
  expect(postgresSettings('127.0.0.1', 5433)).toContain("listen_addresses = '127.0.0.1'\nport = 5433\n");
  expect(redisSettings('127.0.0.1', 6380, '/a')).toContain('bind 127.0.0.1\nport 6380\n');
});

test('a folder with spaces and quotation marks survives redis.conf', () => {
  expect(redisSettings('127.0.0.1', 1, '/a "b" c')).toContain('dir "/a \\"b\\" c"\n');
});

test('Vault is told where its password lies, not what it is', () => {
  const settings = JSON.parse(
    vaultSettings({
      database: { host: '127.0.0.1', port: 5433 },
      databasePasswordFile: '/keys/vault.database',
      sealFile: '/keys/vault.seal',
      listen: '127.0.0.1:8200',
      pidFile: '/vault.pid',
    }),
  );
  expect(settings.storage.postgresql.connection_url).toBe(
    `postgres://vault:\${file:/keys/vault.database}@127.0.0.1:5433/vault?sslmode=disable`,
  );
  expect(settings.listener).toEqual([{ tcp: { address: '127.0.0.1:8200', tls_disable: true } }]);
});

test('a first word to PostgreSQL: its length, protocol 3.0, a user', () => {
  const packet = Buffer.from(startupPacket(), 'base64');
  expect(packet.readInt32BE(0)).toBe(packet.length);
  expect(packet.readInt32BE(4)).toBe(3 << 16);
  expect(packet.toString('latin1', 8)).toBe('user\0postgres\0database\0postgres\0\0');
});
