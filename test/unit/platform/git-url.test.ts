import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { guard } from '../../../app/platform/git-guard.ts';
import { isTrusted, parseGitUrl } from '../../../app/platform/git-url.ts';
import { isInternal } from '../../../app/platform/internal-networks.ts';

describe('addresses that are understood', () => {
  test.each([
    ['https://github.com/a/b.git', 'https', 'github.com', 443],
    ['https://GitHub.com:8443/a/b', 'https', 'github.com', 8443],
    ['ssh://git@host.example:2222/a/b.git', 'ssh', 'host.example', 2222],
    ['git@github.com:a/b.git', 'ssh', 'github.com', 22],
    ['github.com:~user/b.git', 'ssh', 'github.com', 22],
    ['ssh://git@[2001:4860::1]/a', 'ssh', '2001:4860::1', 22],
    ['http://127.0.0.1:8000/git/example.git', 'http', '127.0.0.1', 8000],
  ])('%s', (text, protocol, host, port) => {
    expect(parseGitUrl(`  ${text} `)).toMatchObject({ protocol, host, port });
  });
});

describe('addresses that are refused', () => {
  test.each([
    '',
    'ext::sh -c id',
    'ext::sh',
    'fd::17',
    'file:///etc/passwd',
    '/etc/passwd',
    '../x',
    '-uhello',
    '--upload-pack=id',
    'git://host/x',
    'ftp://host/x',
    'ssh://-oProxyCommand=id/x',
    'ssh://git@-oProxyCommand=id/x',
    '-oProxyCommand=id:x',
    'git@-oProxyCommand=id:x',
    'git@host:-x',
    'https://user:secret@host/x',
    'https://token@host/x',
    'https://host',
    'https://host/x?y=1',
    'https://host/a b',
    'https://host/a\nb',
    'https://host/$(id)',
    'ssh://git@ho`id`st/x',
    "ssh://git@host/x'y",
    'https://a\\@127.0.0.1/x',
  ])('%j', (text) => {
    expect(() => parseGitUrl(text)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  test('nothing that begins like an option, or has a shell’s signs, ever passes', () => {
    const text = fc.string({ unit: fc.constantFrom(...'-:/@.ab1$`\'" \n;|'), maxLength: 20 });
    fc.assert(
      fc.property(text, (candidate) => {
        try {
          const { url, host } = parseGitUrl(candidate);
          expect(url).not.toMatch(/^-|[\s$`'";|]/);
          expect(host).not.toMatch(/^-/);
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid' });
        }
      }),
    );
  });
});

test.each([
  '127.0.0.1',
  '10.1.2.3',
  '172.31.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '0.0.0.0',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  'fe80::1',
  'fd00::1',
  '::ffff:127.0.0.1',
  '::ffff:a9fe:a9fe',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  'ff02::1',
  'nonsense',
])('%s is internal', (ip) => expect(isInternal(ip)).toBe(true));
test.each(['8.8.8.8', '172.32.0.1', '140.82.121.3', '2606:4700::1111', '::ffff:8.8.8.8'])('%s is not', (ip) =>
  expect(isInternal(ip)).toBe(false),
);

describe('the guard', () => {
  const refused = (url: string, trusted: string[] = []) =>
    guard(parseGitUrl(url), trusted).then(
      () => null,
      (error: Error) => error.message,
    );
  test.each([
    'https://127.0.0.1:1/x.git',
    'https://localhost/x.git',
    'https://2130706433/x.git',
    'https://0x7f.1/x.git',
    'ssh://git@2130706433/x.git',
    'https://[::1]/x.git',
    'https://169.254.169.254/x.git',
  ])('does not go to %s', async (url) => expect(await refused(url)).toMatch(/internal network/));
  test('nor to plain http, save where it is trusted', async () => {
    expect(await refused('http://8.8.8.8/x.git')).toMatch(/https/);
    expect(
      await refused('http://127.0.0.1:8000/git/example.git', ['http://127.0.0.1:8000/git/example.git']),
    ).toBeNull();
  });
  test('an unknown host is told as such', async () => {
    expect(await refused('https://no-such-host.invalid/x.git')).toMatch(/no-such-host\.invalid is unknown/);
  });
});

test('a trusted entry means its host, its port or the beginning of its address, and nothing beside', () => {
  const ssh = parseGitUrl('ssh://git@10.0.0.5:2222/team/a.git');
  for (const entry of [
    '10.0.0.5',
    '10.0.0.5:2222',
    'ssh://git@10.0.0.5:2222/team',
    'ssh://git@10.0.0.5:2222/team/',
  ]) {
    expect(isTrusted(ssh, [entry])).toBe(true);
  }
  for (const entry of ['10.0.0.50', '10.0.0.5:22', '0.0.0.5', 'ssh://git@10.0.0.5:2222/te', '']) {
    expect(isTrusted(ssh, [entry])).toBe(false);
  }
});
