/**
 * Machines of a cloud boot, as systemd, Docker and cloud-init do it, from the documents that the stack would give them as
 * user data: an application host and a worker, from nothing to a finished job. Then what happens to hosts in their lives.
 * Each test goes on where the one before left off. No network leads outside.
 * Not asked here: the clouds' own images, installing packages, sending logs to the cloud.
 */
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { appHostDocument } from '../../components/boot/app-host.ts';
import { scalerDocument } from '../../components/boot/scaler.ts';
import { workerDocument } from '../../components/boot/worker.ts';
import { Api, oneStep, type Run } from '../support/api.ts';
import { type BootingCloud, type Cloud, type Services, startBootingCloud } from '../support/booting/cloud.ts';
import { bootMachine, type Machine } from '../support/booting/machine.ts';
import { until } from '../support/process.ts';

/** A boot on a quiet machine takes a minute. */
const PATIENCE_SECONDS = 480;
/** A job asks the metadata service for anything. */
const ASK = `fetch('http://169.254.169.254/', {signal: AbortSignal.timeout(5000)})`;
const REACH = `node -e "${ASK}.then(() => console.log('reached'), () => console.log('kept away'))"`;

export function machinesLive(of: Cloud): void {
  let cloud: BootingCloud;
  let host: Machine;
  let worker: Machine;
  let person: Api;
  let project: { id: string };
  let job: Run;
  const machines: Machine[] = [];

  beforeAll(async () => {
    cloud = await startBootingCloud(of);
  });
  afterAll(async () => {
    for (const machine of machines) await machine.close();
    await cloud?.close();
  });

  const onFailure = (machine: Machine) => onTestFailed(async () => console.error(await machine.story()));
  const boot = async (name: string, document: string, metadata: Services['metadata']['worker']) => {
    const machine = await bootMachine({
      network: cloud.network,
      name,
      userData: of.userData(document),
      metadata,
      resolver: of.resolver,
    });
    machines.push(machine);
    onFailure(machine);
    return machine;
  };
  const bootHost = async (name: string, args = cloud.appHost) => {
    host = await boot(name, appHostDocument(args), cloud.metadata.appHost);
    cloud.balance(host);
  };
  const url = () => `http://${host.address}:8000`;
  /** What the load balancer asks. */
  const healthy = (seconds = PATIENCE_SECONDS) => {
    const asked = () =>
      fetch(`${url()}/healthz`).then(
        ({ status }) => status === 200,
        () => false,
      );
    return until('the application answers', asked, seconds);
  };
  const login = async () => {
    const { username, password } = JSON.parse(await cloud.read(cloud.appHost.written.administrator));
    return Api.login(url(), username, password);
  };
  async function runJob(commands: string[], more: Record<string, unknown> = {}): Promise<Run> {
    const commit = await person.importPackage(project.id, {
      'valohai.yaml': oneStep(commands, cloud.appHost.images.platform),
    });
    return person.end((await person.create(project.id, commit, 'go', more)).id, PATIENCE_SECONDS);
  }
  const messages = async ({ id }: Run) => (await person.log(id)).map(({ message }) => message);
  /** As a person's browser: by a signed address of the bucket. */
  async function download({ outputs }: Run): Promise<string> {
    const signed = (await person.ok('GET', `/data/${outputs[0]!.id}/download/`)).url;
    return worker.run(
      'python3',
      '-c',
      `import urllib.request as u; print(u.urlopen('${signed}').read().decode())`,
    );
  }

  test('the application host boots to an application that answers where the load balancer asks', async () => {
    await bootHost('app-host');
    await healthy();
    person = await login();
    expect(JSON.parse(await cloud.read(cloud.appHost.written.vaultRecovery))).toEqual({
      recovery_key: expect.any(String),
    });
  });

  test('a worker boots, joins by what its cloud signed, and runs a job, which sees no metadata service', async () => {
    onFailure(host);
    worker = await boot('worker', workerDocument(cloud.worker), cloud.metadata.worker);
    project = await person.ok('POST', '/projects/', { name: 'boot' });
    job = await runJob([REACH, 'echo 42 > /valohai/outputs/answer.txt']);
    expect(job).toMatchObject({ status: 'complete', outputs: [{ name: 'answer.txt' }] });
    expect(await messages(job)).toContain('kept away');
    expect(await download(job)).toBe('42');
  });

  test('it is the machine’s own rule that keeps jobs away, and it comes back with Docker', async () => {
    onFailure(worker);
    await worker.run('iptables', '--flush', 'DOCKER-USER');
    expect(await messages(await runJob([REACH]))).toContain('reached');
    await worker.run('systemctl', 'restart', 'docker.service');
    expect(await messages(await runJob([REACH]))).toContain('kept away');
  });

  test('another ceiling in the config reaches the host that is there', async () => {
    onFailure(host);
    const [cpu] = cloud.environments;
    const machines = { ...cpu!.environment.machines!, ceiling: 9 };
    await cloud.tellEnvironments([{ ...cpu!, environment: { ...cpu!.environment, machines } }]);
    const known = async () => {
      await sleep(500);
      const { results } = await person.ok('GET', '/environments/');
      return results.some((one: { scale_ceiling: number }) => one.scale_ceiling === 9);
    };
    await until('the ceiling is the new one', known, 150);
  });

  test('another password for the administrator, as `cove password --reset` asks for it', async () => {
    onFailure(host);
    const before = await cloud.read(cloud.appHost.written.administrator);
    if (cloud.resetPassword === undefined) await host.run('systemctl', 'start', 'cove-password.service');
    else cloud.resetPassword();
    const isAnother = async () => (await cloud.read(cloud.appHost.written.administrator)) !== before;
    await until('there is another password', isAnother, 60);
    person = await login();
  });

  test('the host may be off and on again: nothing is made anew, and its worker goes on', async () => {
    onFailure(host);
    onFailure(worker);
    const entries = () => Promise.all(Object.values(cloud.appHost.written).map(cloud.read));
    const before = await entries();
    await host.reboot();
    await healthy();
    expect(await entries()).toEqual(before);
    expect(await runJob(['echo on again'])).toMatchObject({ status: 'complete' });
  });

  test('another host in its place has lost nothing', async () => {
    onFailure(worker);
    await host.close();
    // With so many authorities, as large companies have, its document is compressed.
    const certificateAuthorities = [0, 1, 2].flatMap(() => cloud.authorities);
    await bootHost('other-host', { ...cloud.appHost, certificateAuthorities });
    await healthy();
    // Its token is still good, and what was said and made is there.
    person = new Api(url(), person.token);
    expect(await messages(job)).toContain('kept away');
    expect(await download(job)).toBe('42');
    await login();
    expect(await runJob(['echo elsewhere'])).toMatchObject({ status: 'complete' });
  });

  test('a stack of workers: its scaler boots and tells of its machines, of which one joins there and runs a job', async () => {
    onFailure(host);
    await worker.close();
    const token = randomBytes(24).toString('hex');
    const [cpu] = cloud.environments;
    const { workers, ...environment } = { workers: [], ...cpu!.environment, slug: 'north' };
    await person.ok('PUT', '/worker-stacks/north/', {
      proof: cloud.appHost.join!.proof,
      token_sha256: createHash('sha256').update(token).digest('hex'),
      environments: [environment],
    });
    const document = scalerDocument(await cloud.scaler('north', token));
    expect(document).not.toContain(token);
    await boot('scaler', document, cloud.metadata.appHost);
    const told = async () => {
      await sleep(500);
      const { groups } = await person.ok('GET', '/worker-stacks/north/');
      return groups.length > 0 && groups;
    };
    const { group } = cpu!.environment.machines!.group as { group: string };
    expect(await until('the scaler is heard of', told, PATIENCE_SECONDS)).toEqual([
      { group, machines: 1, wanted: 1, trouble: null },
    ]);
    await boot(
      'north-worker',
      workerDocument({ ...cloud.worker, stack: 'north', relay: true }),
      cloud.metadata.worker,
    );
    expect(await runJob(['echo from the north'], { environment: 'north' })).toMatchObject({
      status: 'complete',
    });
  });
}
