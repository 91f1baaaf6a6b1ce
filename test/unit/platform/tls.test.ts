import type { PeerCertificate } from 'node:tls';
import { expect, test } from 'vitest';
import { tlsOptions } from '../../../app/platform/tls.ts';

const certificate = (facts: object) => ({ subjectaltname: '', ...facts }) as unknown as PeerCertificate;
const refusal = (host: string, facts: object, trust = {}) =>
  tlsOptions({ host, tls: true, ...trust })!.checkServerIdentity('', certificate(facts))?.message;

test('an address may be the common name, as Memorystore has it, where the authority is the server’s own', () => {
  const own = { ca: 'PEM' };
  const named = { subject: { CN: '10.20.192.4' } };
  expect(refusal('10.20.192.4', named, own)).toBeUndefined();
  expect(refusal('10.20.192.4', named)).toMatch(/not in the cert/);
  expect(refusal('10.20.192.5', named, own)).toMatch(/not in the cert/);
  expect(refusal('10.20.192.5', { subjectaltname: 'IP Address:10.20.192.5' }, own)).toBeUndefined();
});

test('a name is checked as ever', () => {
  const named = { subject: { CN: 'db.example.org' }, subjectaltname: 'DNS:other.example.org' };
  expect(refusal('db.example.org', named, { ca: 'PEM' })).toMatch(/altnames/);
  expect(refusal('other.example.org', named)).toBeUndefined();
});
