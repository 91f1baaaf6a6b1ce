/** A certificate that is proven through DNS, from a real ACME authority: Let's Encrypt's Pebble, which asks a name server of ours. */
import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Context } from '../../../../components/provider/kind.ts';
import { acmeDnsCertificate } from '../../../../components/provider/kinds/acme-dns-certificate.ts';
import { acmeOrder } from '../../../../components/provider/kinds/acme-order.ts';
import { type DnsServer, startDns } from '../../../support/dns-server.ts';
import { lacks } from '../../../support/machine.ts';
import { type PebbleServer, startPebble } from '../../../support/pebble-server.ts';
import { scratch } from '../../../support/resource.ts';

const home = scratch();
const at = (name: string) => join(home, name);
const run = promisify(execFile);
const name = 'cove.example.org';
const RECORD = `_acme-challenge.${name}`;
const silent: Context = { urn: '', log() {} };
let server: PebbleServer;
let dns: DnsServer;
let wanted: Parameters<typeof acmeOrder.create>[0];

describe.skipIf(lacks('pebble'))('with an ACME authority that looks into DNS', () => {
  beforeAll(async () => {
    dns = await startDns();
    server = await startPebble(home, dns.address);
    wanted = {
      name,
      email: 'ops@example.org',
      directoryUrl: server.directoryUrl,
      authority: server.authority,
    };
  }, 180_000);
  afterAll(async () => {
    await server?.stop();
    dns?.close();
  });

  const fulfilment = (order: { accountKey: string; accountUrl: string; orderUrl: string }, minutes = 1) => {
    const { directoryUrl, authority } = wanted;
    const { accountKey, accountUrl, orderUrl } = order;
    return {
      name,
      directoryUrl,
      authority,
      accountKey,
      accountUrl,
      orderUrl,
      patienceMinutes: minutes,
      resolvers: [dns.address],
    };
  };

  test('an order says what to write; once it is there, certificate and key come in one file; an old order is renewed', async () => {
    const { outputs: order } = await acmeOrder.create(wanted, silent);
    expect(order.challenge).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(acmeOrder.diff?.({ ...wanted, ...order }, wanted)).toEqual({});
    expect(await acmeOrder.look?.('', { ...wanted, ...order })).toEqual([]);

    // Nobody has written it yet: it says so, and the next run goes on with the same order.
    await expect(acmeDnsCertificate.create(fulfilment(order, 0), silent)).rejects.toThrow(
      `${RECORD} does not hold ${order.challenge} yet`,
    );
    dns.texts.set(RECORD, order.challenge);
    const { outputs } = await acmeDnsCertificate.create(fulfilment(order), silent);
    expect(Date.parse(outputs.notAfter)).toBeGreaterThan(Date.now());
    expect(dns.asked).toContain(RECORD);

    // What Azure takes: PKCS #12 without a password, with the key and the chain.
    await writeFile(at('certificate.pfx'), Buffer.from(outputs.pfx, 'base64'));
    const { stdout } = await run('openssl', [
      ...['pkcs12', '-in', at('certificate.pfx'), '-passin', 'pass:', '-nodes', '-legacy'],
    ]);
    expect(stdout.match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(1);
    const [leaf = ''] = stdout.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/) ?? [];
    expect(new X509Certificate(leaf).subjectAltName).toBe(`DNS:${name}`);
    expect(stdout).toContain('PRIVATE KEY');

    const old = { ...wanted, ...order, placed: '2026-01-01T00:00:00.000Z' };
    expect(acmeOrder.diff?.(old, wanted)).toEqual({ changed: ['placed'] });
    const renewed = await acmeOrder.update('', old, wanted, silent);
    expect(renewed.accountKey).toBe(order.accountKey);
    expect(renewed.orderUrl).not.toBe(order.orderUrl);
    dns.texts.set(RECORD, renewed.challenge);
    const next = await acmeDnsCertificate.update(
      '',
      { ...fulfilment(order), ...outputs },
      fulfilment(renewed),
      silent,
    );
    expect(next.pfx).not.toBe(outputs.pfx);
  }, 60_000);

  test('an answer that the authority does not see is refused, and the order is known to be lost', async () => {
    const other = 'other.example.org';
    const { outputs: order } = await acmeOrder.create({ ...wanted, name: other }, silent);
    // We see the record, and the authority, which asks another server, does not.
    const inside = await startDns();
    onTestFinished(() => inside.close());
    inside.texts.set(`_acme-challenge.${other}`, order.challenge);
    const attempt = { ...fulfilment(order), name: other, resolvers: [inside.address] };
    await expect(acmeDnsCertificate.create(attempt, silent)).rejects.toThrow();
    const state = { ...wanted, ...order };
    expect(await acmeOrder.look?.('', state)).toEqual(['[the authority has given it up]']);
    const { orderUrl } = await acmeOrder.update('', state, wanted, silent);
    expect(orderUrl).not.toBe(order.orderUrl);
  }, 60_000);
});
