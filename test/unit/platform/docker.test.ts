import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frames, withTag } from '../../../app/platform/docker.ts';
import { cpuLimit } from '../../../app/worker/executors/docker.ts';
import { mayPass } from '../../../app/worker/executors/docker-pull.ts';
import { PullWatch } from '../../../app/worker/executors/pull-progress.ts';

type Frame = { stream: 'stdout' | 'stderr'; bytes: Uint8Array };

async function read(chunks: Buffer[]): Promise<Record<'stdout' | 'stderr', string>> {
  const parts = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const source = (async function* () {
    yield* chunks;
  })();
  for await (const { stream, bytes } of frames(source)) parts[stream].push(Buffer.from(bytes));
  return {
    stdout: Buffer.concat(parts.stdout).toString('hex'),
    stderr: Buffer.concat(parts.stderr).toString('hex'),
  };
}

test('frames are read as they were sent, however the stream is cut', async () => {
  const frame = fc.record({
    stream: fc.constantFrom('stdout' as const, 'stderr' as const),
    bytes: fc.uint8Array(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(frame), fc.integer({ min: 1, max: 20 }), async (sent: Frame[], step) => {
      const wire = Buffer.concat(
        sent.map(({ stream, bytes }) => {
          const header = Buffer.alloc(8);
          header[0] = stream === 'stdout' ? 1 : 2;
          header.writeUInt32BE(bytes.length, 4);
          return Buffer.concat([header, bytes]);
        }),
      );
      const chunks: Buffer[] = [];
      for (let at = 0; at < wire.length; at += step) chunks.push(wire.subarray(at, at + step));
      const expected = (name: string) =>
        Buffer.concat(sent.filter((f) => f.stream === name).map((f) => f.bytes)).toString('hex');
      expect(await read(chunks)).toEqual({ stdout: expected('stdout'), stderr: expected('stderr') });
    }),
  );
});

test.each([
  ['python', 'python:latest'],
  ['python:3.12', 'python:3.12'],
  ['host:5000/team/image', 'host:5000/team/image:latest'],
  ['image@sha256:abc', 'image@sha256:abc'],
])('%s is pulled as %s', (image, expected) => expect(withTag(image)).toBe(expected));

test('what the registry knows is not asked for again', () => {
  expect(mayPass('manifest unknown')).toBe(false);
  expect(mayPass('pull access denied for x')).toBe(false);
  expect(mayPass('toomanyrequests: rate limit')).toBe(true);
  expect(mayPass('net/http: TLS handshake timeout')).toBe(true);
});

test('progress of a pull is one line', () => {
  const watch = new PullWatch('x:1');
  expect(watch.look(0)).toEqual({ message: 'Pulling image x:1', numbers: {} });
  watch.add({ status: 'Pulling from x', id: '1' });
  watch.add({ id: 'a', status: 'Pull complete' });
  watch.add({ id: 'b', status: 'Downloading', progressDetail: { current: 5e6, total: 2e7 } });
  watch.add({ id: 'c', status: 'Waiting' });
  expect(watch.look(10_000)).toEqual({
    message: 'Pulling image x:1: 1 of 3 layers, 5.00 MB so far',
    numbers: { layers_done: 1, layers_total: 3, bytes_done: 5e6 },
  });
});

test('of a pull whose registry told the sizes, all is known from the first', () => {
  const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
  const known = ['a', 'b', 'c'].map((letter, n) => ({ digest: digest(letter), size: (n + 1) * 1e6 }));
  const watch = new PullWatch('x:1', known);
  const layer = (letter: string, status: string, current?: number) =>
    watch.add({
      id: letter.repeat(12),
      status,
      ...(current !== undefined && { progressDetail: { current } }),
    });
  layer('a', 'Already exists');
  layer('b', 'Pulling fs layer');
  layer('c', 'Pulling fs layer');
  watch.look(0);
  layer('b', 'Download complete');
  expect(watch.look(4_000)).toEqual({
    message: 'Pulling image x:1: 1 of 3 layers, 2.00 MB of 5.00 MB, 500 kB a second, about 6 s left',
    numbers: {
      layers_done: 1,
      layers_total: 3,
      bytes_done: 2e6,
      bytes_total: 5e6,
      bytes_per_second: 500_000,
      seconds_left: 6,
    },
  });
  expect(watch.look(10_000).message).toMatch(/2.00 MB of 5.00 MB, 200 kB a second/);
  expect(watch.look(14_000).message).toMatch(/2.00 MB of 5.00 MB, nothing arrives$/);
  layer('c', 'Extracting', 17);
  expect(watch.look(75_000).message).toBe('Pulling image x:1: 1 of 3 layers, 5.00 MB of 5.00 MB, unpacking');
});

test('VH_CPU_LIMIT is a number or a list of cores; anything else limits nothing', () => {
  expect(cpuLimit('1.5')).toEqual({ NanoCpus: 1.5e9 });
  expect(cpuLimit('0-3,8')).toEqual({ CpusetCpus: '0-3,8' });
  expect([cpuLimit(undefined), cpuLimit('many'), cpuLimit('0')]).toEqual([{}, {}, {}]);
});
