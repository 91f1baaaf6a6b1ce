/** What every executor keeps to; each implementation runs the same tests. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Executor, Exit, Job, Running } from '../../app/worker/executors/executor.ts';
import { type JobFolder, jobFolder, makeJobFolder } from '../../app/worker/steps/job-folder.ts';

export interface Ran {
  exit: Exit;
  stdout: string;
  stderr: string;
  folder: JobFolder;
  status: string[];
}
export interface Bench {
  folder: string;
  job(command: string, more?: Partial<Job>): Promise<Job>;
  start(
    command: string,
    more?: Partial<Job>,
  ): Promise<{ running: Running; seen: () => string; ran: Promise<Ran> }>;
  run(command: string, more?: Partial<Job>): Promise<Ran>;
}

/** Runs the tests, and gives tests of one implementation the same tools. */
export function executorContract(
  makeExecutor: (folder: string) => Executor,
  image = 'python:3.12-slim',
): Bench {
  let executor: Executor;
  const bench: Bench = {
    folder: '',
    async job(command, more = {}) {
      const executionId = crypto.randomUUID();
      const token = crypto.randomUUID();
      const folders = await makeJobFolder(bench.folder, { execution_id: executionId, attempt: 1, token });
      const environment = { GREETING: "it's $HOME", ...more.environment };
      return {
        executionId,
        attempt: 1,
        image,
        command,
        folders,
        scratch: folders.scratch,
        limits: { cpus: null, memory: null, disk: null },
        ...more,
        environment,
      };
    },
    async start(command, more) {
      const job = await bench.job(command, more);
      const status: string[] = [];
      const signal = new AbortController().signal;
      const prepared = await executor.prepare(job, { signal, status: (message) => status.push(message) });
      const parts = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
      const running = await prepared.start((stream, bytes) => {
        parts[stream].push(Buffer.from(bytes));
        return undefined;
      });
      const text = (stream: 'stdout' | 'stderr') => Buffer.concat(parts[stream]).toString();
      const ran = running.ended.then(async (exit) => {
        await running.remove();
        const folder = jobFolder(join(job.folders.config, '..'));
        return { exit, stdout: text('stdout'), stderr: text('stderr'), folder, status };
      });
      return { running, seen: () => text('stdout'), ran };
    },
    async run(command, more) {
      return (await bench.start(command, more)).ran;
    },
  };
  beforeEach(async () => {
    bench.folder = await mkdtemp(join(tmpdir(), 'cove executor '));
    await mkdir(join(bench.folder, 'jobs'));
    executor = makeExecutor(bench.folder);
  });
  afterEach(async () => {
    expect(await executor.cleanUp()).toBe(0);
    await rm(bench.folder, { recursive: true, force: true });
  });

  test('runs the command in the repository, by a shell, with its variables', async () => {
    const ran = await bench.run(
      'pwd; echo "$GREETING"; echo two words | wc -w; test "$PWD" = "$VH_REPOSITORY_DIR"',
    );
    expect(ran.exit).toEqual({ code: 0, outOfMemory: false });
    expect(ran.stdout.split('\n').slice(1)).toEqual(["it's $HOME", '2', '']);
  });

  test('what looks like a variable’s name reaches the shell as it is, in the command and in values', async () => {
    const environment = { TEMPLATE: '$(GREETING) $$ $$$(GREETING)' };
    const ran = await bench.run(`echo "$TEMPLATE"; echo '$(GREETING) $$'; echo "$(echo two)"`, {
      environment,
    });
    expect(ran.stdout).toBe(`${environment.TEMPLATE}\n$(GREETING) $$\ntwo\n`);
  });

  test('has its secrets as they are, whatever is in them', async () => {
    const secrets = [
      '-----BEGIN KEY-----\nline one\n\n.\n-----END KEY-----\n\n',
      `it's "$HOME" \`id\` \\ $(id) \\n 100% \t* ; & | ü €`,
      ' ',
    ];
    const environment = {
      KEY: secrets[0] ?? '',
      ODD: secrets[1] ?? '',
      URL: `http://me:${secrets[1]}@host`,
      A: '1',
    };
    const show = 'for name in KEY ODD URL A GREETING; do printenv $name | base64 -w0; echo; done; cat';
    const ran = await bench.run(show, { environment, secrets: secrets.slice(0, 2) });
    expect(ran.exit.code).toBe(0);
    const seen = ran.stdout.split('\n').map((line) => Buffer.from(line, 'base64').toString().slice(0, -1));
    const { KEY, ODD, URL, A } = environment;
    expect(seen.slice(0, -1)).toEqual([KEY, ODD, URL, A, "it's $HOME"]);
  });

  test('reads from and writes to its folders', async () => {
    const job = await bench.job(
      'cat "$VH_CONFIG_DIR/a" "$VH_INPUTS_DIR/a" > "$VH_OUTPUTS_DIR/sum" && touch made',
    );
    await writeFile(join(job.folders.config, 'a'), '1');
    await writeFile(join(job.folders.inputs, 'a'), '2');
    const ran = await bench.run(job.command, job);
    expect(ran.exit.code).toBe(0);
    expect(await readFile(join(job.folders.outputs, 'sum'), 'utf8')).toBe('12');
    expect(await readFile(join(job.folders.repository, 'made'), 'utf8')).toBe('');
  });

  test('finds what jobs of its project left in a cache volume, until it goes to make room; others do not', async () => {
    const [project, other] = [crypto.randomUUID(), crypto.randomUUID()];
    const caches = { project, names: ['models', 'pip-1.0'] };
    const leave = 'cd "$VH_CACHE_DIR" && ls; echo kept > models/word; mkdir -m 500 models/sub';
    if (executor.kind === 'kubernetes') {
      const ran = await bench.run('test -z "$VH_CACHE_DIR"', { caches });
      expect(ran.exit.code).toBe(0);
      expect(ran.status.join('\n')).toContain('(models, pip-1.0) are not to be had');
      return;
    }
    const first = await bench.run(leave, { caches });
    expect(first).toMatchObject({ exit: { code: 0 }, stdout: 'models\npip-1.0\n' });
    expect(first.status.filter((line) => line.startsWith('Cache volume '))).toHaveLength(2);
    const look = 'cat "$VH_CACHE_DIR/models/word" || echo nothing';
    expect((await bench.run(look, { caches: { project, names: ['models'] } })).stdout).toBe('kept\n');
    expect((await bench.run(look, { caches: { ...caches, project: other } })).stdout).toBe('nothing\n');
    expect((await bench.run('echo "$VH_CACHE_DIR"')).stdout).toBe('\n');

    const { running, ran } = await bench.start('sleep 60', { caches });
    const kept = (await executor.kept?.())?.filter(({ id }) => id.startsWith('cache volume ')) ?? [];
    expect(kept).toHaveLength(4);
    expect(kept.reduce((sum, { size }) => sum + size, 0)).toBeGreaterThan(0);
    const drop = () =>
      Promise.all(
        kept.map(async (one) =>
          one.drop().then(
            () => true,
            () => false,
          ),
        ),
      );
    // The project's own are in use; the other's two go.
    expect((await drop()).filter((gone) => gone)).toHaveLength(2);
    await running.stop(0);
    await ran;
    await drop();
    expect((await bench.run(look, { caches })).stdout).toBe('nothing\n');
    for (const one of (await executor.kept?.()) ?? []) await one.drop();
  });

  test('sees nothing of the worker’s own variables', async () => {
    process.env.COVE_TEST_CANARY = 'of the worker';
    const ran = await bench.run('env');
    delete process.env.COVE_TEST_CANARY;
    expect(ran.stdout).not.toContain('CANARY');
    expect(ran.stdout).toContain('GREETING=');
  });

  test.each([
    ['exit 3', 3],
    ['false', 1],
    ['kill -9 $$', 137],
    ['nonsense-command', 127],
  ])('exit code of %s', async (command, code) => {
    expect((await bench.run(command)).exit).toMatchObject({ code, outOfMemory: false });
  });

  test('standard output and error are told apart, and nothing at the end is lost', async () => {
    const ran = await bench.run('seq 1 20000; echo oops >&2; printf end');
    expect(ran.stdout).toBe(`${Array.from({ length: 20_000 }, (_, i) => `${i + 1}\n`).join('')}end`);
    expect(ran.stderr).toBe('oops\n');
  });

  test('what it leaves in the background ends with it', async () => {
    const began = performance.now();
    expect((await bench.run('sleep 300 & echo left')).stdout).toBe('left\n');
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  test('a stop asks the program first: it may tidy up, and the commands behind it do not run', async () => {
    const script = `trap 'sleep 0.3; echo tidy; exit 0' TERM; echo up; while :; do sleep 0.05; done`;
    const { running, seen, ran } = await bench.start(`sh -c "${script}" && echo never`);
    await expect.poll(seen, { timeout: 10_000 }).toContain('up');
    await running.stop(5_000);
    const { stdout, exit } = await ran;
    expect(stdout).toBe('up\ntidy\n');
    expect(exit.code).not.toBe(0);
  });

  test('a program that will not listen is killed after the grace, with all it started', async () => {
    const { running, seen, ran } = await bench.start(
      `trap '' TERM; sh -c 'sleep 300; sleep 300' & echo up; sleep 300; sleep 300`,
    );
    await expect.poll(seen, { timeout: 10_000 }).toContain('up');
    const began = performance.now();
    await running.stop(500);
    expect(performance.now() - began).toBeLessThan(5_000);
    expect((await ran).exit.code).toBe(137);
  });

  test('output that nobody can take ends the job as lost, not as done', async () => {
    const job = await bench.job('seq 1 1000000; sleep 300');
    const prepared = await executor.prepare(job, { signal: new AbortController().signal, status: () => {} });
    const running = await prepared.start(() => Promise.reject(new Error('no space left on device')));
    expect(await running.ended).toMatchObject({ lost: expect.stringContaining('no space left') });
    await running.remove();
  });
  return bench;
}
