/**
 * What controller, scheduler and kubelet do, for tests of one Job at a time: each Job gets a pod, each pod a container of
 * the test's Docker Engine, whose end is told as the kubelet tells it. A volume is a folder of this machine.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, ClusterObject } from '../../app/platform/cluster.ts';
import { docker, dockerHost } from './docker.ts';

export interface Kubelet {
  stop(): Promise<void>;
}

export function startKubelet(cluster: Cluster, namespace: string, volume: () => string): Kubelet {
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`;
  const known = new Set<string>();
  const ending = new Set<string>();
  const containers = new Map<string, Promise<number>>();
  let stopped = false;

  const tell = (name: string, status: object) =>
    cluster.ask(`${pods}/${name}/status`, { method: 'PATCH', body: { status } }).catch(() => {});
  const state = (phase: string, own: object) => ({
    phase,
    containerStatuses: [{ name: 'job', image: '', imageID: '', ready: false, restartCount: 0, state: own }],
  });

  async function say(pod: string, reason: string, message: string): Promise<void> {
    const { uid } = (await cluster.ask(`${pods}/${pod}`)).metadata;
    const involvedObject = { apiVersion: 'v1', kind: 'Pod', namespace, name: pod, uid };
    const event = {
      metadata: { generateName: pod },
      involvedObject,
      reason,
      message,
      count: 1,
      type: 'Normal',
    };
    await cluster.ask(`/api/v1/namespaces/${namespace}/events`, { method: 'POST', body: event });
  }

  async function begin(job: ClusterObject): Promise<void> {
    const { name } = job.metadata;
    const { metadata, spec } = job.spec.template;
    const labels = { ...metadata.labels, 'batch.kubernetes.io/job-name': name };
    await cluster.ask(pods, { method: 'POST', body: { metadata: { name, labels }, spec } });
    const target = { apiVersion: 'v1', kind: 'Node', name: spec.nodeSelector['kubernetes.io/hostname'] };
    await cluster.ask(`${pods}/${name}/binding`, { method: 'POST', body: { metadata: { name }, target } });
    const [container] = spec.containers;
    await say(name, 'Pulling', `Pulling image "${container.image}"`);
    if (/never-comes/.test(container.image))
      return void (await tell(name, state('Pending', { waiting: { reason: 'ContainerCreating' } })));
    if (/nowhere/.test(container.image))
      return void (await tell(
        name,
        state('Pending', { waiting: { reason: 'InvalidImageName', message: 'no such image' } }),
      ));
    const denied = await pull(container.image, spec.imagePullSecrets ?? []).then(
      () => null,
      (error: Error) => error.message,
    );
    if (denied !== null)
      return void (await tell(
        name,
        state('Pending', { waiting: { reason: 'ImagePullBackOff', message: denied } }),
      ));
    const env = await variables(container.env);
    const values = new Map(env.map((one) => one.split(/=(.*)/s) as [string, string]));
    const command = container.command.map((text: string) => expand(text, values));
    const { code, killed } = run(name, { ...container, env, command }, spec, volume());
    containers.set(name, code);
    await tell(name, state('Running', { running: { startedAt: new Date().toISOString() } }));
    void code.then((exitCode) =>
      tell(
        name,
        state(exitCode === 0 ? 'Succeeded' : 'Failed', { terminated: { exitCode, reason: killed() } }),
      ),
    );
  }

  /** With the logins of the pod's own, of which the real one takes all that fit. */
  async function pull(image: string, secrets: { name: string }[]): Promise<void> {
    for (const { name } of secrets) {
      const { data } = await cluster.ask(`/api/v1/namespaces/${namespace}/secrets/${name}`);
      const config = await mkdtemp(join(tmpdir(), 'cove-docker-'));
      const file = Buffer.from(data['.dockerconfigjson'], 'base64');
      await writeFile(join(config, 'config.json'), file, { mode: 0o600 });
      await docker('--config', config, 'pull', '--quiet', image).finally(() =>
        rm(config, { recursive: true }),
      );
    }
  }

  /** As `NAME=value`; a value may name those before it. */
  async function variables(env: ClusterObject[]): Promise<string[]> {
    const values = new Map<string, string>();
    for (const { name, value, valueFrom } of env) {
      const { secretKeyRef } = valueFrom ?? {};
      const at = `/api/v1/namespaces/${namespace}/secrets/${secretKeyRef?.name}`;
      const secret = secretKeyRef && (await cluster.ask(at)).data[secretKeyRef.key];
      const own = secret ? String(Buffer.from(secret, 'base64')) : expand(value ?? '127.0.0.1', values);
      values.set(name, own);
    }
    return [...values].map(([name, value]) => `${name}=${value}`);
  }

  async function end(pod: ClusterObject): Promise<void> {
    const { name, deletionGracePeriodSeconds: grace = 0 } = pod.metadata;
    await docker('stop', '--time', String(grace), name).catch(() => {});
    // Seen by those who look, as the Job controller's finalizer sees to it.
    await sleep(500);
    await cluster.ask(`${pods}/${name}?gracePeriodSeconds=0`, { method: 'DELETE' }).catch(() => {});
  }

  const loop = async () => {
    while (!stopped) {
      for (const job of (await cluster.ask(jobs)).items)
        if (!known.has(job.metadata.uid) && !job.spec.suspend) {
          known.add(job.metadata.uid);
          await begin(job);
        }
      for (const pod of (await cluster.ask(pods)).items)
        if (pod.metadata.deletionTimestamp !== undefined && !ending.has(pod.metadata.uid)) {
          ending.add(pod.metadata.uid);
          void end(pod);
        }
      await sleep(50);
    }
  };
  const running = loop();
  return {
    async stop() {
      stopped = true;
      await running;
      await Promise.all([...containers.keys()].map((name) => docker('rm', '--force', name).catch(() => {})));
      await Promise.all(containers.values());
    },
  };
}

/** `$(NAME)` as the kubelet reads it: one that is unknown stays, and `$$` is one dollar. */
const expand = (text: string, values: ReadonlyMap<string, string>) =>
  text.replace(/\$(?:\$|\(([^)]*)\))/g, (all, name) =>
    name === undefined ? '$' : (values.get(name) ?? all),
  );

function run(name: string, container: ClusterObject, spec: ClusterObject, volume: string) {
  // As the test, for worker and job are one user: the folders are theirs.
  const runAsUser = process.getuid?.() ?? spec.securityContext.runAsUser;
  const mounts = container.volumeMounts
    .filter((mount: ClusterObject) => mount.subPath !== undefined)
    .flatMap(({ mountPath, subPath }: ClusterObject) => [
      '--volume',
      `${join(volume, subPath)}:${mountPath}`,
    ]);
  const env = container.env.flatMap((one: string) => ['--env', one]);
  const [entry, ...args] = container.command;
  const options = [
    '--rm',
    '--name',
    name,
    '--user',
    `${runAsUser}:${runAsUser}`,
    '--cap-drop',
    'ALL',
    ...mounts,
    ...env,
  ];
  const child = spawn(
    'docker',
    [
      '-H',
      dockerHost,
      'run',
      ...options,
      '--workdir',
      container.workingDir,
      '--entrypoint',
      entry,
      container.image,
      ...args,
    ],
    { stdio: 'ignore' },
  );
  const code = new Promise<number>((resolve) => child.once('close', (exit) => resolve(exit ?? 137)));
  return { code, killed: () => 'Error' };
}
