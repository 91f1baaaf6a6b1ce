/** Exceptions, unknown values, and the decisions that are ranges. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { policies } from '../../../policies/catalog.ts';
import { talksTooMuch } from '../../../policies/database.ts';
import { hasEnded, notExcepted, troubleWith } from '../../../policies/exceptions.ts';
import { levelFor } from '../../../policies/policy.ts';
import { floats } from '../../../policies/resources/images.ts';
import { covers, holds, isWorld, portsOf } from '../../../policies/resources/ports.ts';
import { looksSecret, secretsIn } from '../../../policies/resources/secrets.ts';
import { awsSize, isSupported } from '../../../policies/resources/sizes.ts';
import { foreignOrigins } from '../../../policies/storage.ts';
import { UNKNOWN_TEXT } from '../../../policies/unknown.ts';
import { factsFor, thing } from './cases/case.ts';

const facts = factsFor({ target: 'aws' });
const policyOf = (id: string) => policies.find((policy) => policy.id === id)!;
const exception = { policy: 'NET-04', reason: 'a bastion for the audit', until: '2026-12-31' };
const resource = thing('aws.ec2.Instance', {}, { name: 'bastion' });

test('an exception takes out what it names, until its last day', () => {
  const findings = [{ resource, found: 'x' }];
  expect(notExcepted('NET-04', findings, [exception], '2026-12-31')).toEqual([]);
  expect(notExcepted('NET-04', findings, [exception], '2027-01-01')).toHaveLength(1);
  expect(notExcepted('NET-04', findings, [{ ...exception, resource: 'other' }], '2026-12-31')).toHaveLength(
    1,
  );
  expect(notExcepted('NET-01', findings, [exception], '2026-12-31')).toHaveLength(1);
});

test('an exception that has ended, or names no policy, is told', () => {
  expect(troubleWith([exception], policies, '2026-11-25')).toEqual([]);
  expect(troubleWith([exception], policies, '2027-01-01')[0]?.message).toMatch(/ended on 2026-12-31.*To do/);
  expect(troubleWith([{ ...exception, policy: 'NET-99' }], policies, '2026-11-25')[0]?.message).toMatch(
    /does not exist/,
  );
});

test('a date ends once, and stays ended', () => {
  const day = fc
    .date({ min: new Date('2020-01-01'), max: new Date('2090-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10));
  fc.assert(
    fc.property(day, day, (until, today) => hasEnded({ ...exception, until }, today) === today > until),
  );
});

test('nothing is concluded from a value that is not known yet', () => {
  const known = thing('aws.rds.Instance', { storageEncrypted: UNKNOWN_TEXT });
  expect(policyOf('ENC-01').check({ resources: [known], facts })).toEqual([]);
});

test('in dev, what only prod needs is advice', () => {
  expect(levelFor(policyOf('DB-02'), { ...facts, profile: 'dev' })).toBe('advisory');
  expect(levelFor(policyOf('DB-02'), facts)).toBe('mandatory');
  expect(levelFor(policyOf('NET-01'), { ...facts, profile: 'dev' })).toBe('mandatory');
});

const port = fc.integer({ min: 0, max: 65535 });
test('a range of ports holds what lies in it', () => {
  fc.assert(
    fc.property(
      port,
      port,
      port,
      (a, b, c) =>
        holds(portsOf(`${Math.min(a, b)}-${Math.max(a, b)}`), c) ===
        (Math.min(a, b) <= c && c <= Math.max(a, b)),
    ),
  );
});

const address = fc
  .tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 0, max: 255 })))
  .map((bytes) => bytes.join('.'));
test('a network covers every longer prefix of its own addresses, and never the other way round', () => {
  fc.assert(
    fc.property(address, fc.integer({ min: 2, max: 31 }), (ip, bits) => {
      expect(covers(`${ip}/${bits}`, `${ip}/${bits + 1}`)).toBe(true);
      expect(covers(`${ip}/${bits + 1}`, `${ip}/${bits}`)).toBe(false);
      expect(isWorld(`${ip}/${bits}`)).toBe(false);
    }),
  );
});

test('what PostgreSQL logs is judged by the time a statement took', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1, max: 10_000 }),
      (ms) =>
        [...talksTooMuch({ log_min_duration_statement: String(ms) })].length ===
        (ms >= 0 && ms < 100 ? 1 : 0),
    ),
  );
  expect([...talksTooMuch({ log_min_duration_statement: '1s' })]).toEqual([]);
});

test.each([
  ['db.m7g.large', 2, 8],
  ['db.r6i.2xlarge', 8, 64],
  ['db.t4g.medium', 2, 4],
  ['db.t3.large', 2, 8],
  ['db.t3.xlarge', 4, 16],
])('%s has %d vCPU and %d GiB', (name, cpus, gib) => expect(awsSize(name)).toEqual({ cpus, gib }));

test('PostgreSQL gets fixes until its last day', () => {
  expect([11, 14, 15, 17].map((major) => isSupported(major, '2026-11-25'))).toEqual([
    false,
    false,
    true,
    true,
  ]);
});

test('images are pinned by digest, in dev by an exact tag', () => {
  expect(floats('a/b:1.2.3', 'dev')).toBeUndefined();
  expect(floats('a/b:1.2.3', 'prod')).toMatch(/no digest/);
  expect(floats('a/b:latest', 'dev')).toMatch(/moving tag/);
});

test('only the own https origin may write', () => {
  expect([...foreignOrigins(['PUT'], ['https://a.b'], 'https://a.b')]).toEqual([]);
  expect([...foreignOrigins(['GET'], ['*'], 'https://a.b')]).toEqual([]);
  for (const origin of ['*', 'http://a.b', 'https://*.b', 'https://c.d'])
    expect([...foreignOrigins(['POST'], [origin], 'https://a.b')]).toHaveLength(1);
});

test('a path, an id or a reference is no secret', () => {
  for (const text of [
    'passwordFile: /run/x/y1',
    '"secretArn": "arn:aws:secretsmanager:x"',
    'TOKEN_TTL=3600',
    `password=\${file:/keys/x}`,
  ])
    expect(secretsIn(text)).toEqual([]);
  expect(secretsIn('postgres://vault:hunter2hunter@db/vault')).toEqual(['a password in an address']);
  const within = (name: string, value: string) => JSON.stringify(JSON.stringify({ [name]: value }));
  expect(
    secretsIn(within('secret', 'arn:aws:secretsmanager:eu-north-1:1:secret:approle-api-4f2a91c-02d')),
  ).toEqual([]);
  expect(secretsIn(within('queue_password', 'h7Gk2pQ9xZ4mW1'))).toEqual([
    'what looks like a secret (queue_password)',
  ]);
  expect(looksSecret('correct-horse-battery')).toBe(false);
});
