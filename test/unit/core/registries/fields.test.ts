import { describe, expect, it } from 'vitest';
import {
  best,
  CreateCredentials,
  ecrRegion,
  fullName,
  matches,
  readLogin,
} from '../../../../app/core/registries/fields.ts';

describe('the images that a pattern names', () => {
  it.each([
    ['ubuntu:22.04', 'docker.io/library/ubuntu'],
    ['me/tool', 'docker.io/me/tool'],
    ['localhost/tool:1', 'localhost/tool'],
    ['Registry.example.com:5000/a/b@sha256:00', 'registry.example.com:5000/a/b'],
  ])('%s is %s', (image, name) => expect(fullName(image)).toBe(name));
  it.each([
    ['registry.example.com/team/*', 'registry.example.com/team/a/b:1', true],
    ['registry.example.com/team/tool:*', 'registry.example.com/team/tool:2', true],
    ['registry.example.com/team/*', 'registry.example.com/other/a', false],
    ['registry.example.com/*', 'registry.example.com.evil.com/a', false],
    ['registry.example.com/*', 'registry.example.com:5000/a', false],
    ['registry.example.com/a.b', 'registry.example.com/axb', false],
    ['docker.io/me/*', 'me/tool', true],
  ])('%s and %s: %s', (pattern, image, is) => expect(matches(pattern, image)).toBe(is));
  it('are matched by the pattern that says most', () => {
    const rows = ['a.com/*', 'a.com/team/*', 'b.com/*'].map((image_pattern) => ({ image_pattern }));
    expect(best(rows, 'a.com/team/x:1')).toEqual({ image_pattern: 'a.com/team/*' });
    expect(best(rows, 'c.com/x')).toBeUndefined();
  });
  it.each(['*', '*/tool', '*.example.com/tool', 'tool', 'registry.example.com'])(
    '%s names no host, and is refused',
    (pattern) =>
      expect(
        CreateCredentials.safeParse({ type: 'docker', image_pattern: pattern, configuration: {} }).success,
      ).toBe(false),
  );
});

describe('a login', () => {
  it('keeps what is secret apart, and does not show it where it is refused', () => {
    expect(readLogin('docker', { username: 'u', password: 'hush' })).toEqual({
      configuration: { username: 'u' },
      secrets: { password: 'hush' },
    });
    expect(readLogin('google', { service_account: { private_key: 'hush' } })).toEqual({
      configuration: {},
      secrets: { service_account: '{"private_key":"hush"}' },
    });
    expect(() => readLogin('docker', { password: 'hush' })).toThrow(/username/);
    expect(() => readLogin('docker', { password: 'hush' })).not.toThrow(/hush/);
    expect(() => readLogin('aws_ecr_role', { role_arn: 'x' })).toThrow(/arn:aws:iam/);
  });
  it('of Amazon is for its own hosts alone', () => {
    expect(ecrRegion('123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/*')).toBe('eu-west-1');
    expect(() => ecrRegion('123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.com/*')).toThrow(/Amazon/);
  });
});
