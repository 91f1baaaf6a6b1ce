/** A worker against a platform that speaks the protocol, with the real Redis and real processes. */
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestWorker, testWorker } from '../../support/worker.ts';

let at: TestWorker;
afterEach(() => at?.close());

// Design 5: whether a worker reaches Redis or has the API's relay, the same holds.
describe.each([
  ['Redis', false],
  ['the API', true],
])('with doorbell, stops and live log over %s', (_, relay) => {
  beforeEach(async () => {
    at = await testWorker('process', 1, undefined, { relay });
  });

  test('a job runs: files, variables, parameters, log, metadata, outputs, end', async () => {
    const { platform } = at;
    await at.start();
    const run = await platform.submit({
      command: [
        'cat hello.txt',
        'echo "$GREETING $VH_JOB_ID"',
        'echo to-err >&2',
        `echo '{"epoch": 1, "loss": NaN}'`,
        'cat $VH_CONFIG_DIR/parameters.json',
        'test -f $VH_CONFIG_DIR/parameters.yaml',
        'mkdir -p $VH_OUTPUTS_DIR/deep && printf hello > $VH_OUTPUTS_DIR/deep/a.txt',
        `echo '{"file": "deep/a.txt", "metadata": {"valohai.tags": ["x"]}}' > $VH_OUTPUTS_DIR/valohai.metadata.jsonl`,
      ].join(' && '),
      files: { 'hello.txt': 'from the repository\n' },
      variables: { GREETING: 'good day' },
      parameters: { rate: 0.5 },
    });
    const end = await run.end;
    expect(end).toMatchObject({ status: 'complete', exit_code: 0 });
    const stdout = platform.messages(run, 'stdout');
    expect(stdout).toContain('from the repository');
    expect(stdout).toContain(`good day exec-${run.spec.execution_id}`);
    expect(stdout.join('')).toContain('"rate": 0.5');
    expect(platform.messages(run, 'stderr')).toEqual(['to-err']);
    expect(platform.messages(run, 'status')[0]).toBe('Starting job on test-worker…');
    expect(run.points).toMatchObject([{ value: { epoch: 1, loss: null } }]);
    expect(run.outputs).toMatchObject([{ name: 'deep/a.txt', size: 5, metadata: { 'valohai.tags': ['x'] } }]);
    expect(platform.store.get(run.outputs[0]!.storage_key)?.bytes?.toString()).toBe('hello');
    expect(platform.log(run).map(([seq]) => seq)).toEqual(platform.log(run).map((_, i) => i + 1));
    expect(end.log_lines).toBe(platform.log(run).length);
    await expect.poll(() => readdir(join(at.folder, 'jobs'))).toEqual([]);
  });

  test('the exit code is told, and outputs are kept after a failure', async () => {
    await at.start();
    const run = await at.platform.submit({ command: 'echo kept > $VH_OUTPUTS_DIR/kept.txt; exit 3' });
    expect(await run.end).toMatchObject({ status: 'error', exit_code: 3 });
    expect(at.platform.messages(run, 'status').at(-1)).toBe('The command exited with code 3');
    expect(run.outputs).toMatchObject([{ name: 'kept.txt' }]);
  });

  test('100,000 lines arrive, each once and in order, live and stored', async () => {
    await at.start();
    const began = performance.now();
    const run = await at.platform.submit({ command: 'seq 1 100000' });
    expect((await run.end).status).toBe('complete');
    expect(performance.now() - began).toBeLessThan(15_000);
    const expected = Array.from({ length: 100_000 }, (_, i) => String(i + 1));
    expect(at.platform.messages(run, 'stdout')).toEqual(expected);
    const live: string[] = [];
    for (let after = '0-0'; ; ) {
      const entries = await at.queue.queue.readLog(at.queue.slug, run.spec.execution_id, after);
      if (entries.length === 0) break;
      for (const entry of entries)
        live.push(...entry.lines.filter((l) => l[2] === 'stdout').map((l) => l[3]));
      after = entries.at(-1)!.id;
    }
    expect(live).toEqual(expected);
  });

  test('a line of 10 MB, binary, and a line of nothing but returns', async () => {
    await at.start();
    const run = await at.platform.submit({
      command: [
        'head -c 10000000 /dev/zero | tr "\\0" x; echo',
        'head -c 300000 /dev/urandom; echo',
        'for i in 1 2 3; do printf "\\r$i%%"; done; echo',
        'echo after',
      ].join('; '),
    });
    expect((await run.end).status).toBe('complete');
    const lines = at.platform.messages(run, 'stdout');
    expect(
      lines
        .join('')
        .match(/x{1000,}/g)
        ?.reduce((sum, part) => sum + part.length, 0),
    ).toBe(10_000_000);
    expect(lines.slice(-2)).toEqual(['3%', 'after']);
  });

  test('a Redis that forgets everything costs no stored line', async () => {
    await at.start();
    const command = 'for i in $(seq 1 40); do echo $i; sleep 0.02; done';
    const run = await at.platform.submit({ command });
    await expect.poll(() => liveMessages(run.spec.execution_id), { timeout: 10_000 }).toContain('5');
    await at.queue.queue.deleteLog(at.queue.slug, run.spec.execution_id);
    await run.end;
    expect(at.platform.messages(run, 'stdout')).toEqual(Array.from({ length: 40 }, (_, i) => String(i + 1)));
  });

  test('a stop that is announced ends the job at once, by SIGTERM, and keeps what it had', async () => {
    const { platform } = at;
    await at.start();
    const script = `trap 'echo asked; exit 0' TERM; echo begun; echo x > $VH_OUTPUTS_DIR/x; while :; do sleep 0.05; done`;
    const run = await platform.submit({ command: script });
    await expect.poll(() => liveMessages(run.spec.execution_id)).toContain('begun');
    await platform.stop(run);
    expect((await run.end).status).toBe('stopped');
    expect(platform.messages(run, 'stdout')).toEqual(['begun', 'asked']);
    expect(run.outputs).toMatchObject([{ name: 'x' }]);
  });

  test('a stop that only a heartbeat tells ends the job too', async () => {
    await at.start();
    const run = await at.platform.submit({ command: 'sleep 100' });
    await expect.poll(() => run.heartbeats).toBeGreaterThan(0);
    run.stop = true;
    expect((await run.end).status).toBe('stopped');
  });

  test.each([
    ['', 200],
    [', one for each where the API is of an earlier version', 404],
  ])('one heartbeat keeps all jobs of the worker, and tells of each%s', async (_, status) => {
    const { platform } = at;
    at.settings.slots = 3;
    const said = { together: 0, alone: 0 };
    platform.fault = (path) => {
      if (path.endsWith('/heartbeat')) said.alone++;
      if (!path.endsWith('/heartbeats')) return null;
      said.together++;
      return status === 200 ? null : status;
    };
    await at.start();
    const submit = () => platform.submit({ command: 'sleep 100' });
    const [kept, stopped, lost] = [await submit(), await submit(), await submit()];
    const beats = () => Math.min(...[kept, stopped, lost].map(({ heartbeats }) => heartbeats));
    await expect.poll(beats, { timeout: 10_000 }).toBeGreaterThan(3);
    const all = kept.heartbeats + stopped.heartbeats + lost.heartbeats;
    expect(said.alone).toBe(status === 200 ? 0 : all);
    expect(said.together).toBeGreaterThanOrEqual(beats());
    expect(said.together).toBeLessThan(all);
    [stopped.stop, lost.fenced] = [true, true];
    expect((await stopped.end).status).toBe('stopped');
    const before = kept.heartbeats;
    await expect.poll(() => kept.heartbeats).toBeGreaterThan(before + 2);
    expect([kept.ended, lost.ended]).toEqual([null, null]);
    kept.stop = true;
    expect((await kept.end).status).toBe('stopped');
  });

  test('a fenced run is ended and dropped, and the worker takes the next job', async () => {
    await at.start();
    const run = await at.platform.submit({ command: 'echo x > $VH_OUTPUTS_DIR/x; sleep 100' });
    await expect.poll(() => run.heartbeats).toBeGreaterThan(0);
    run.fenced = true;
    const next = await at.platform.submit({ command: 'true' });
    expect((await next.end).status).toBe('complete');
    expect(run.outputs).toEqual([]);
    expect(run.ended).toBeNull();
  });

  test('the next attempt of a run that it still holds begins when the lost one is over, in place of it', async () => {
    at.settings.slots = 2;
    await at.start();
    const run = await at.platform.submit({ command: 'echo x > $VH_OUTPUTS_DIR/x; sleep 100' });
    await expect.poll(() => run.heartbeats).toBeGreaterThan(0);
    await at.platform.again(run, 'echo again > $VH_OUTPUTS_DIR/again');
    expect((await run.end).status).toBe('complete');
    expect(run.outputs).toMatchObject([{ name: 'again' }]);
  });

  test('an outage of the API harms nothing: the job goes on, reports wait', async () => {
    const { platform } = at;
    await at.start();
    const run = await platform.submit({
      command: 'echo {\\"a\\":1}; sleep 0.5; echo late; echo y > $VH_OUTPUTS_DIR/y',
    });
    await expect.poll(() => run.claimed).toBe(true);
    let refused = 0;
    platform.fault = () => (++refused % 2 === 0 ? 503 : 0);
    await expect.poll(() => refused, { timeout: 5_000 }).toBeGreaterThan(8);
    platform.fault = () => null;
    expect(await run.end).toMatchObject({ status: 'complete', exit_code: 0 });
    expect(platform.messages(run, 'stdout')).toEqual(['{"a":1}', 'late']);
    expect(run.points.length).toBe(1);
    expect(run.outputs).toMatchObject([{ name: 'y' }]);
  });

  test('time limit and silence end a job as an error that says so', async () => {
    await at.start();
    const long = await at.platform.submit({
      command: 'while :; do echo still; sleep 0.1; done',
      timeLimit: 0.7,
    });
    expect(await long.end).toMatchObject({
      status: 'error',
      reason: expect.stringContaining('time limit of 0.7 s'),
    });
    const silent = await at.platform.submit({ command: 'echo one; sleep 100', noOutputTimeout: 0.5 });
    expect(await silent.end).toMatchObject({
      status: 'error',
      reason: expect.stringContaining('no output for 0.5 s'),
    });
  });

  test('secrets are masked in every form, also in the platform’s own lines', async () => {
    await at.start();
    const run = await at.platform.submit({
      command:
        'echo "pass=$PASS"; printf %s "$PASS" | base64; for c in h u n t; do printf $c; sleep 0.02; done; echo er2-very',
      variables: { PASS: 'hunter2-very-secret', PART: 'hunter2-very' },
      secrets: ['hunter2-very-secret', 'hunter2-very'],
    });
    await run.end;
    expect(at.platform.messages(run, 'stdout')).toEqual(['pass=***', '***', '***']);
  });

  test('a read-only output is uploaded while the job runs, and removed; another of its name is another file', async () => {
    await at.start();
    const command =
      'cd $VH_OUTPUTS_DIR; echo 1 > m.bin; chmod 0444 m.bin; while [ -e m.bin ]; do sleep 0.05; done; echo 22 > m.bin';
    const run = await at.platform.submit({ command });
    expect((await run.end).status).toBe('complete');
    expect(run.outputs).toMatchObject([
      { name: 'm.bin', size: 2 },
      { name: 'm.bin', size: 3 },
    ]);
  });

  test('a worker that was killed tells the end of its run in its next life', async () => {
    const { leave } = await import('./leave-a-run.ts');
    const run = await leave(at);
    await at.start();
    expect(await run.end).toMatchObject({ status: 'crashed', reason: expect.stringContaining('restarted') });
    const told = ['one', 'two', expect.stringContaining('half.txt'), expect.stringContaining('restarted')];
    expect(at.platform.messages(run)).toEqual(told);
    expect(run.outputs).toMatchObject([{ name: 'half.txt' }]);
    await expect.poll(() => readdir(join(at.folder, 'jobs'))).toEqual([]);
  });

  test('closing lets a short job end by itself and takes no other', async () => {
    const worker = await at.start();
    const run = await at.platform.submit({ command: 'sleep 0.5; echo done' });
    await expect.poll(() => run.claimed).toBe(true);
    const waiting = await at.platform.submit({ command: 'true' });
    await worker.close(5_000);
    expect(run.ended).toMatchObject({ status: 'complete' });
    expect(waiting.claimed).toBe(false);
  });

  test('told to drain while it is idle, it takes no job and gives its machine back', async () => {
    await at.start();
    await expect.poll(() => at.platform.hellos).toBe(1);
    at.platform.drain = true;
    // Said again, for a worker that began to listen only now.
    const tellUntilDrained = async () => {
      await at.queue.queue.announceStop(at.queue.slug, at.platform.worker);
      return at.platform.drained;
    };
    await expect.poll(tellUntilDrained).toBe(true);
    const waiting = await at.platform.submit({ command: 'true' });
    // A wait at the doorbell that had begun before may pop it once more, and gives it back.
    const members = () => at.queue.queue.queueMembers(at.queue.slug);
    await expect.poll(members, { timeout: 10_000 }).toEqual([waiting.spec.execution_id]);
  });

  test('told to drain under a job, it brings the job to its end first', async () => {
    await at.start();
    const run = await at.platform.submit({
      command: 'while [ ! -e $VH_OUTPUTS_DIR/go ]; do sleep 0.05; done',
    });
    await expect.poll(() => run.heartbeats).toBeGreaterThan(0);
    at.platform.drain = true;
    const beats = run.heartbeats;
    await expect.poll(() => run.heartbeats).toBeGreaterThan(beats + 2);
    expect(at.platform.drained).toBe(false);
    run.stop = true;
    expect((await run.end).status).toBe('stopped');
    await expect.poll(() => at.platform.drained, { timeout: 10_000 }).toBe(true);
  });

  test('a claim that is refused because the worker drains ends its taking', async () => {
    await at.start();
    await expect.poll(() => at.platform.hellos).toBe(1);
    at.platform.drain = true;
    const run = await at.platform.submit({ command: 'true' });
    await expect.poll(() => at.platform.drained, { timeout: 10_000 }).toBe(true);
    expect(run.claimed).toBe(false);
  });
});

test('a large output passes through little memory', { timeout: 120_000 }, async () => {
  at = await testWorker();
  await at.start();
  const warm = await at.platform.submit({ command: 'true' });
  await warm.end;
  const before = process.memoryUsage().rss;
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 50);
  const run = await at.platform.submit({ command: 'head -c 268435456 /dev/zero > $VH_OUTPUTS_DIR/big.bin' });
  expect((await run.end).status).toBe('complete');
  clearInterval(timer);
  expect(run.outputs).toMatchObject([{ name: 'big.bin', size: 268_435_456 }]);
  const { sha256 } = run.outputs[0]!;
  expect(at.platform.store.get(run.outputs[0]!.storage_key)).toMatchObject({ size: 268_435_456, sha256 });
  expect(most - before).toBeLessThan(120 * 1024 * 1024);
});

test('another protocol is an error that says what was refused', async () => {
  at = await testWorker();
  at.platform.fault = (path) => (path.endsWith('hello') ? 409 : null);
  const worker = await at.start();
  await expect(worker.ended).rejects.toThrow(/refused this worker/);
});

async function liveMessages(id: string): Promise<string[]> {
  const entries = await at.queue.queue.readLog(at.queue.slug, id, '0-0', { count: 1000 });
  return entries.flatMap((entry) => entry.lines.map((line) => line[3]));
}

test('a worker that closes while it looks whether it can run jobs goes at once', async () => {
  const containers = await testWorker('docker');
  const socket = join(containers.folder, '..', 'engine.sock');
  containers.settings.dockerSocket = socket;
  const looked = Promise.withResolvers<() => void>();
  const engine = createServer((request, response) => {
    const answer = () =>
      response.end(JSON.stringify(request.url?.endsWith('/version') ? { Version: '28' } : []));
    if (request.url?.endsWith('/version')) looked.resolve(answer);
    else answer();
  });
  engine.listen(socket);
  try {
    const worker = await containers.start();
    const answer = await looked.promise;
    const began = performance.now();
    const closed = worker.close(0);
    answer();
    await closed;
    // A wait at the doorbell is twenty seconds.
    expect(performance.now() - began).toBeLessThan(4_000);
  } finally {
    await containers.close();
    engine.close();
  }
});

test('a worker without a container engine claims nothing and says why; with one it goes on', {
  timeout: 60_000,
}, async () => {
  const containers = await testWorker('docker');
  const socket = join(containers.folder, '..', 'engine.sock');
  containers.settings.dockerSocket = socket;
  // Enough of an engine to be found; that jobs run on a real one is the end-to-end tests' to show.
  const engine = createServer((request, response) => {
    response.statusCode = request.url?.endsWith('/version') ? 200 : 500;
    response.end(JSON.stringify({ Version: '28.0.0', message: 'this is no whole engine' }));
  });
  try {
    await containers.start();
    const run = await containers.platform.submit({ command: 'true' });
    await expect
      .poll(() => containers.platform.unready, { timeout: 10_000 })
      .toMatch(/^cannot run containers: The Docker Engine at .*engine\.sock does not answer .*Install/);
    expect(run.claimed).toBe(false);
    engine.listen(socket);
    await expect.poll(() => run.claimed, { timeout: 15_000 }).toBe(true);
    expect(containers.platform.unready).toBeUndefined();
  } finally {
    await containers.close();
    engine.close();
  }
});
