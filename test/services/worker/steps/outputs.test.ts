import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OutputFile, RunApi } from '../../../../app/worker/api.ts';
import { HttpError } from '../../../../app/worker/http.ts';
import { Outputs } from '../../../../app/worker/steps/outputs.ts';
import { ownerOf, parseJsonl } from '../../../../app/worker/steps/sidecars.ts';

let folder: string;
let reported: OutputFile[];
let lines: string[];
let put: (name: string, bytes: Buffer) => void;
let report: (outputs: OutputFile[]) => Promise<void>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cove outputs '));
  reported = [];
  lines = [];
  put = () => {};
  report = async () => {};
});
afterEach(() => rm(folder, { recursive: true }));

/** Uploads end in memory here; the agent's own tests send them over HTTP. */
function outputs(redact = (text: string) => text): Outputs {
  const api = {
    uploads: async ({ files }: { files: { name: string }[] }) =>
      files.map(({ name }) => ({ storage_key: `k/${name}`, url: name, method: 'PUT', headers: {} })),
    outputs: async ({ outputs }: { outputs: OutputFile[] }) => {
      await report(outputs);
      reported.push(...outputs);
      return [];
    },
    http: {
      put: async (name: string, _: object, body: Buffer) => put(name, body),
    },
  } as unknown as RunApi;
  return new Outputs({
    api,
    folder,
    status: (line) => lines.push(line),
    signal: new AbortController().signal,
    redact,
  });
}
const names = () => reported.map(({ name }) => name).sort();
const save = async (name: string, text: string) => {
  await mkdir(join(folder, name, '..'), { recursive: true });
  await writeFile(join(folder, name), text);
};

test('everything is stored, sub-folders in the name, with checksums', async () => {
  await save('a.txt', 'hello');
  await save('deep/er/b.txt', '');
  expect(await outputs().uploadRest()).toEqual([]);
  expect(names()).toEqual(['a.txt', 'deep/er/b.txt']);
  expect(reported.find(({ name }) => name === 'a.txt')).toMatchObject({
    size: 5,
    md5: '5d41402abc4b2a76b9719d911017c592',
    sha1: 'aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d',
    sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
  });
});

test('sidecars become metadata, and no outputs', async () => {
  await save('model.bin', 'm');
  await save('model.bin.metadata.json', '{"own": 1, "both": "own"}');
  await save('other.bin', 'o');
  await save('lonely.metadata.json', '{"a": 1}');
  await save(
    'valohai.metadata.jsonl',
    '{"file": "model.bin", "metadata": {"both": "common"}}\n{"file": "other.bin", "metadata": {"valohai.alias": "best"}}\nnonsense\n',
  );
  await outputs().uploadRest();
  expect(names()).toEqual(['lonely.metadata.json', 'model.bin', 'other.bin']);
  const of = (name: string) => reported.find((o) => o.name === name)?.metadata;
  expect(of('model.bin')).toEqual({ own: 1, both: 'own' });
  expect(of('other.bin')).toEqual({ 'valohai.alias': 'best' });
  expect(lines.join('\n')).toContain('line 3');
});

test('metadata is read as Python writes it; what is too much for a file costs nothing else of it', async () => {
  for (const name of ['nan', 'deep', 'long']) await save(name, name);
  const deep = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  await save('deep.metadata.json', deep(20_000));
  await save('long.metadata.json', JSON.stringify({ text: 'x'.repeat(1024 * 1024) }));
  const kept = '{"loss": NaN, "worst": [-Infinity, 1], "valohai.tags": ["NaN"]}';
  const nan = [`{"file": "nan", "metadata": ${kept}}`, `{"file": "nan", "metadata": ${deep(101)}}`];
  await save('valohai.metadata.jsonl', [...nan, '{"file": "deep", "metadata": {"kept": 1}}'].join('\n'));
  expect(await outputs().uploadRest()).toEqual([]);
  const of = (name: string) => reported.find((o) => o.name === name)?.metadata;
  expect(of('nan')).toEqual({ loss: null, worst: [null, 1], 'valohai.tags': ['NaN'] });
  expect([of('deep'), of('long')]).toEqual([{ kept: 1 }, {}]);
  expect(lines.filter((line) => line.includes('left out')).sort()).toEqual([
    expect.stringMatching(/^deep.metadata.json: nested more than 100 levels deep/),
    expect.stringMatching(/^long.metadata.json has \d+ bytes, more than 1048576/),
    expect.stringMatching(/jsonl, line 2: nested more than/),
  ]);
});

test('much metadata of many files goes in several reports, none larger than the API takes', async () => {
  const text = 'ä'.repeat(250_000);
  const all = Array.from({ length: 30 }, (_, i) => `f${i}`);
  for (const name of all) await save(name, name);
  const metadata = all.map((file) => JSON.stringify({ file, metadata: { text, file } }));
  await save('valohai.metadata.jsonl', metadata.join('\n'));
  const sizes: number[] = [];
  report = async (outputs) => void sizes.push(Buffer.byteLength(JSON.stringify({ outputs })));
  expect(await outputs().uploadRest()).toEqual([]);
  expect(reported.map(({ name, metadata }) => [name, metadata.file])).toEqual(
    reported.map(({ name }) => [name, name]),
  );
  expect(reported).toHaveLength(30);
  expect(Math.max(...sizes)).toBeLessThan(5 * 1024 * 1024);
  expect(sizes.length).toBeLessThan(6);
});

test('links out of the folder are not followed; pipes do not hang the upload', async () => {
  await save('real.txt', 'r');
  await symlink('/etc/passwd', join(folder, 'passwd'));
  await symlink('real.txt', join(folder, 'alias'));
  await symlink('/etc', join(folder, 'etc'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  await outputs().uploadRest();
  expect(names()).toEqual(['alias', 'real.txt']);
  for (const name of ['passwd', 'etc', 'pipe'])
    expect(lines.join('\n')).toContain(`Output ${name} is left out`);
});

test('names that no store takes are mended', async () => {
  await writeFile(
    Buffer.concat([Buffer.from(`${folder}/b`), Buffer.from([0xff]), Buffer.from('\r\n.txt')]),
    'x',
  );
  await outputs().uploadRest();
  expect(names()).toEqual(['b\ufffd__.txt']);
});

test.each([
  [400, '', 3],
  [403, '', 3],
  [404, '', 1],
  [413, '', 1],
  // Hurt on its way: the next try may do.
  [400, '<Error><Code>BadDigest</Code></Error>', 4],
])(
  'refused with %i %s: the file is named after %i tries, the others are stored',
  async (status, body, most) => {
    await save('bad', 'b');
    await save('good', 'g');
    let tries = 0;
    put = (name) => {
      if (name !== 'bad') return;
      if (++tries === 4) throw new HttpError('PUT', new URL('http://store/bad'), 404, 'no');
      throw new HttpError('PUT', new URL('http://store/bad'), status, body);
    };
    expect(await outputs().uploadRest()).toEqual([expect.stringMatching(`^bad: .*(${status}|404)`)]);
    expect(names()).toEqual(['good']);
    expect(tries).toBe(most);
  },
);

test('a store that fails in passing gets the file again, whole', async () => {
  await save('file', 'complete');
  let tries = 0;
  put = () => {
    if (++tries < 3) throw new HttpError('PUT', new URL('http://store/f'), 503, '');
  };
  expect(await outputs().uploadRest()).toEqual([]);
  expect(reported).toMatchObject([{ name: 'file', size: 8 }]);
  expect(tries).toBe(3);
});

test('a secret in a name is hidden from the first address to the report, also where a try fails', async () => {
  await save('of-hush.txt', 'x');
  const asked: string[] = [];
  put = (name) => {
    if (asked.push(name) === 1) throw new HttpError('PUT', new URL('http://store/f'), 503, '');
  };
  expect(await outputs((text) => text.replace('hush', '****')).uploadRest()).toEqual([]);
  expect(asked).toEqual(['of-****.txt', 'of-****.txt']);
  expect(reported).toMatchObject([{ name: 'of-****.txt', storage_key: 'k/of-****.txt' }]);
});

test('many files', async () => {
  for (let i = 0; i < 300; i++) await writeFile(join(folder, `f${i}`), String(i));
  await outputs().uploadRest();
  expect(new Set(names()).size).toBe(300);
  expect(lines.at(-1)).toBe('Uploaded 300 outputs, 790 bytes');
});

test('of many files the next are sent while those before are reported', async () => {
  for (let i = 0; i < 501; i++) await writeFile(join(folder, `f${i}`), 'x');
  const last = Promise.withResolvers<void>();
  let sent = 0;
  put = () => {
    if (++sent === 501) last.resolve();
  };
  report = () => last.promise;
  expect(await outputs().uploadRest()).toEqual([]);
  expect(new Set(names()).size).toBe(501);
});

test('sidecar names and lines', () => {
  expect(ownerOf('a.bin.metadata.json')).toBe('a.bin');
  expect(ownerOf('.metadata.json')).toBeNull();
  expect(ownerOf('a.json')).toBeNull();
  const complaints: string[] = [];
  const found = parseJsonl('{"file":"a","metadata":{"x":1}}\n\n{"file":"a","metadata":{"y":2}}\n[]\n', (c) =>
    complaints.push(c),
  );
  expect(found.get('a')).toEqual({ x: 1, y: 2 });
  expect(complaints).toHaveLength(1);
});
