import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { editorSchema } from '../../../config/generate.ts';
import { CONFIG_FOLDER, ConfigError, loadConfig, parseConfig } from '../../../config/load.ts';
import { Config } from '../../../config/schema.ts';

const complaint = (text: string): ConfigError => {
  try {
    parseConfig(text, 'x.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return error as ConfigError;
  }
  throw new Error('nothing was complained about');
};

test('config/local.yaml says of every key what its default is', () => {
  const { name, config } = loadConfig();
  expect(name).toBe('local');
  expect(config).toEqual(parseConfig('target: local\n', 'minimal.yaml'));
  const text = readFileSync(join(CONFIG_FOLDER, 'local.yaml'), 'utf8');
  for (const key of Object.keys(config)) expect(text).toMatch(new RegExp(`^${key}:`, 'm'));
});

test('config/schema.json is what the schema says today (else: npm run generate)', () => {
  expect(readFileSync(join(CONFIG_FOLDER, 'schema.json'), 'utf8')).toBe(editorSchema());
});

test('an unknown key is named with its line, what was perhaps meant, and what is allowed', () => {
  const error = complaint('# mine\n\ntarget: local\nhtpPort: 1\n');
  expect(error.code).toBe('config_invalid');
  expect(error.message).toMatch(
    /^x\.yaml:4: htpPort is not known\. Did you mean httpPort\? Allowed: .*httpsPort/,
  );
});

test('all errors are told at once, in the order of the lines', () => {
  const text = `target: local
httpsPort: yes please
certificate:
  kind: acmee
environments:
  - slug: Big One
    nam: x
    executor: podman
    slots: 0
administrator:
  email: nobody
`;
  const lines = complaint(text).message.split('\n');
  expect(lines).toEqual([
    'x.yaml:2: httpsPort is "yes please"; needed is a number',
    'x.yaml:4: certificate.kind is "acmee"; allowed: own-authority, files, acme',
    expect.stringMatching(/^x\.yaml:6: environments\.0\.slug is "Big One"; needed is small letters/),
    'x.yaml:6: environments.0.name is missing',
    expect.stringMatching(/^x\.yaml:7: nam is not known in environments\.0\. Did you mean name\?/),
    'x.yaml:8: environments.0.executor is "podman"; allowed: docker, process',
    'x.yaml:9: environments.0.slots is 0; at least 1',
    'x.yaml:11: administrator.email is "nobody"; needed is a valid email address',
  ]);
});

test.each([
  ['', /^x\.yaml:1: target is missing; allowed: local, aws/],
  ['target: moon\n', /^x\.yaml:1: target is "moon"; allowed: local, aws/],
  ['- a list\n', /^x\.yaml:1: the file is \["a list"\]; needed is a mapping/],
  ['target: local\ntarget: local\n', /^x\.yaml:2: Map keys must be unique/],
  ['target: [local\n', /^x\.yaml:\d: /],
  ['target: local\nhttpPort: 8443\n', /^x\.yaml:1: httpsPort is 8443, as httpPort is/],
  ['target: local\nlisten: everywhere\n', /^x\.yaml:2: listen .*an IP address/],
  [
    'target: local\ndockerSocket: docker.sock\n',
    /^x\.yaml:2: dockerSocket is "docker.sock"; needed is an absolute path/,
  ],
  [
    'target: local\nenvironments:\n  - {slug: a, name: A, executor: docker}\n  - {slug: a, name: B, executor: docker}\n',
    /^x\.yaml:4: environments\.1\.slug is "a", as an environment above/,
  ],
])('%j: %s', (text, words) => {
  expect(complaint(text).message).toMatch(words);
});

test('the base name of --config is the name; -s NAME looks in config/', () => {
  const folder = mkdtempSync(join(tmpdir(), 'config '));
  writeFileSync(join(folder, 'prod.yaml'), 'target: local\n');
  onTestFinished(() => rmSync(folder, { recursive: true }));
  expect(loadConfig({ file: join(folder, 'prod.yaml') }).name).toBe('prod');
  expect(loadConfig({ name: 'prod', folder }).file).toBe(join(folder, 'prod.yaml'));
  const missing = () => loadConfig({ name: 'prd', folder });
  expect(missing).toThrow(
    /There is no .*prd\.yaml\. Did you mean prod\? Installations with a config here: prod\./,
  );
  writeFileSync(join(folder, 'My Lab.yaml'), 'target: local\n');
  expect(() => loadConfig({ file: join(folder, 'My Lab.yaml') })).toThrow(
    /"My Lab" cannot name an installation/,
  );
});

test('an alias that refers to nothing is told with its line', () => {
  expect(() => parseConfig('target: local\npublicName: *host\n', 'x.yaml')).toThrow(/^x\.yaml:2: \*host/);
});

test('whatever is in the file, a config or a ConfigError comes of it', () => {
  const yaml = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record({
        key: fc.constantFrom('environments', 'certificate', 'administrator', 'listen'),
        value: fc.jsonValue(),
      })
      .map(({ key, value }) => `target: local\n${key}: ${JSON.stringify(value)}\n`),
  );
  fc.assert(
    fc.property(yaml, (text) => {
      try {
        Config.parse(parseConfig(text, 'x.yaml'));
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
        expect((error as ConfigError).message).toMatch(/^x\.yaml:\d+: /);
      }
    }),
  );
});
