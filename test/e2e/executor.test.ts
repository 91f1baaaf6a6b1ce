/** The container executor, on a real Docker Engine. */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DockerEngine } from '../../app/platform/docker.ts';
import { DockerExecutor } from '../../app/worker/executors/docker.ts';
import { JobFailure } from '../../app/worker/executors/executor.ts';
import { outcomeOf } from '../../app/worker/outcome.ts';
import { docker, dockerSocket, PYTHON_IMAGE } from '../support/docker.ts';
import { executorContract } from '../support/executor-contract.ts';
import { insideContract } from '../support/inside-contract.ts';

const make = (folder: string) => new DockerExecutor({ socket: dockerSocket, owner: folder, slots: 1 });

describe('in a container', () => {
  const bench = executorContract(make);
  insideContract(bench);

  test('finds its folders at /valohai, and the image’s own programs', async () => {
    const ran = await bench.run('ls /valohai; pwd; python3 -c "print(6 * 7)"');
    expect(ran.stdout).toBe('config\ninputs\noutputs\nrepository\n/valohai/repository\n42\n');
  });

  test('runs the command itself, whatever program the image begins with; and fetches the image anew on request', async () => {
    const image = `cove-test/begins-otherwise-${process.pid}:1`;
    const maker = await docker('create', PYTHON_IMAGE, 'true');
    await docker('commit', '--change', 'ENTRYPOINT ["/bin/false"]', maker, image);
    await docker('rm', maker);
    onTestFinished(async () => void (await docker('rmi', '--force', image)));
    expect((await bench.run('echo "$0"; echo told', { image })).stdout).toMatch(/\ntold\n$/);
    for (const variable of ['VH_NO_IMAGE_CACHE', 'VH_CLEAN']) {
      // No registry has it: only who asks one finds out.
      const fresh = await bench.job('true', { image, environment: { [variable]: 'yes' } });
      const options = { signal: new AbortController().signal, status: () => {} };
      await expect(make(bench.folder).prepare(fresh, options)).rejects.toThrow(image);
    }
  }, 60_000);

  test('28: what is secret is in nothing that the Engine tells of the container', async () => {
    const secrets = ['hush hush, sweet one'];
    const environment = { KEY: `key=${secrets[0]}`, PLAIN: 'to be seen' };
    const job = await bench.job('echo "$KEY"; sleep 60', { environment, secrets });
    const options = { signal: new AbortController().signal, status: () => {} };
    const prepared = await make(bench.folder).prepare(job, options);
    const name = `cove-${job.executionId}-1`;
    const before = await docker('inspect', name);
    let seen = '';
    const running = await prepared.start((_, bytes) => {
      seen += bytes;
      return undefined;
    });
    await expect.poll(() => seen).toBe(`${environment.KEY}\n`);
    for (const told of [before, await docker('inspect', name), await docker('top', name)]) {
      expect(told).not.toContain('hush');
    }
    expect(before).toContain('PLAIN=to be seen');
    await running.remove();
    await running.ended;
  });

  test('a job that takes all memory is told as such', async () => {
    const engine = new DockerExecutor({ socket: dockerSocket, owner: bench.folder, slots: 400 });
    const job = await bench.job('python3 -c "x = bytearray(2 * 10**9)"');
    const prepared = await engine.prepare(job, { signal: new AbortController().signal, status: () => {} });
    const running = await prepared.start(() => undefined);
    expect(outcomeOf(await running.ended, null)).toMatchObject({
      exitCode: 137,
      reason: expect.stringMatching(/out of memory/i),
    });
    await running.remove();
  });

  test.each(['no-such-registry.invalid/nothing:1', 'cove-test/no-such-image'])(
    'image %s cannot be had: the job’s own fault, by name',
    async (image) => {
      const job = await bench.job('true', { image });
      const executor = make(bench.folder);
      const failure = await executor
        .prepare(job, { signal: new AbortController().signal, status: () => {} })
        .catch((error) => error);
      expect(failure).toBeInstanceOf(JobFailure);
      expect(failure.fault).toBe('job');
      expect(failure.message).toContain(image);
    },
    60_000,
  );

  test('a worker that is not root can read and remove what a container wrote as root', async () => {
    const executor = new DockerExecutor({
      socket: dockerSocket,
      owner: bench.folder,
      slots: 1,
      user: { uid: 1234, gid: 1235 },
    });
    const job = await bench.job('umask 077; mkdir $VH_OUTPUTS_DIR/d; echo x > $VH_OUTPUTS_DIR/d/secret');
    const prepared = await executor.prepare(job, { signal: new AbortController().signal, status: () => {} });
    const running = await prepared.start(() => undefined);
    expect((await running.ended).code).toBe(0);
    await running.remove();
    for (const name of ['d', 'd/secret']) {
      expect(await stat(join(job.folders.outputs, name))).toMatchObject({ uid: 1234, gid: 1235 });
    }
  });

  test('mounts a folder that the operator allows, to read or to write, and refuses every other', async () => {
    const shared = join(bench.folder, 'shared');
    await mkdir(join(shared, 'below'), { recursive: true });
    await writeFile(join(shared, 'word'), 'hello');
    const options = { signal: new AbortController().signal, status: () => {} };
    const ran = async (source: string, readonly: boolean, readOnly = false) => {
      const mounts = [{ source, destination: '/mnt/shared', readonly, type: null, options: {} }];
      const allowed = [{ source: shared, readOnly }];
      const executor = new DockerExecutor({
        socket: dockerSocket,
        owner: bench.folder,
        slots: 1,
        mounts: allowed,
      });
      const job = await bench.job('cat /mnt/shared/word && echo new > /mnt/shared/made', { mounts });
      const running = await (await executor.prepare(job, options)).start(() => undefined);
      const { code } = await running.ended;
      await running.remove();
      return code;
    };
    expect(await ran(shared, true)).not.toBe(0);
    expect(await ran(shared, false, true)).not.toBe(0);
    expect(await ran(`${shared}/`, false)).toBe(0);
    expect(await readFile(join(shared, 'made'), 'utf8')).toBe('new\n');
    await expect(ran(join(shared, 'below'), true)).rejects.toMatchObject({
      fault: 'job',
      message: expect.stringMatching(/below is not allowed here; allowed are: .*shared/),
    });
    const none = await bench.job('true', {
      mounts: [{ source: '/etc', destination: '/mnt/etc', readonly: true, type: null, options: {} }],
    });
    await expect(make(bench.folder).prepare(none, options)).rejects.toThrow('allowed are: none');
  });

  test('an Engine that does not answer is the platform’s fault', async () => {
    const executor = new DockerExecutor({ socket: `${bench.folder}/none.sock`, owner: 'x', slots: 1 });
    const job = await bench.job('true');
    const failure = await executor
      .prepare(job, { signal: new AbortController().signal, status: () => {} })
      .catch((error) => error);
    expect(failure).toMatchObject({ fault: 'platform', message: expect.stringContaining('none.sock') });
  });

  test('containers of an earlier life are found and removed, those of others stay', async () => {
    const [mine, other] = [`${bench.folder}-mine-${randomUUID()}`, `${bench.folder}-other`];
    const started = async (owner: string) => {
      const executor = new DockerExecutor({ socket: dockerSocket, owner, slots: 1 });
      const job = await bench.job('sleep 300');
      const prepared = await executor.prepare(job, {
        signal: new AbortController().signal,
        status: () => {},
      });
      return { executor, running: await prepared.start(() => undefined) };
    };
    const left = await started(mine);
    const kept = await started(other);
    expect(await left.executor.cleanUp()).toBe(1);
    expect(await new DockerEngine(dockerSocket).withLabel(`cove.owner=${other}`)).toHaveLength(1);
    await kept.running.remove();
    await Promise.all([left.running.ended, kept.running.ended]);
  });
});
