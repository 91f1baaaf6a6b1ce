/**
 * What a program asks of the `kubernetes` provider, done in a real API server by server-side apply, as the provider does
 * it. Nothing runs there, so what its controllers would do is done here where others wait for it.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { type Cluster, type ClusterObject, ClusterRefusal } from '../../../../app/platform/cluster.ts';
import type { Properties } from '../../../../components/provider/kind.ts';
import { metadataOf } from './objects.ts';

interface Kind {
  plural: string;
  namespaced: boolean;
}
/** The provider waits ten minutes too. */
const MOST_MS = 600_000;
const MANAGER = 'fieldManager=pulumi-kubernetes&force=true';

export class Bridge {
  readonly #cluster: Cluster;
  /** Kinds by `apiVersion`. */
  readonly #kinds = new Map<string, Promise<Map<string, Kind>>>();

  /** Whether controllers and nodes are there: what they make of an object is waited for, and told. */
  readonly inhabited: boolean;

  constructor(cluster: Cluster, { inhabited = false } = {}) {
    this.#cluster = cluster;
    this.inhabited = inhabited;
  }

  /** The object as the server keeps it. Throws what it refuses. */
  async apply(inputs: Properties): Promise<Properties> {
    const body = objectOf(inputs);
    const path = await this.#path(inputs);
    const made = await this.#cluster.ask(`${path}?${MANAGER}`, {
      method: 'PATCH',
      body,
      patch: 'apply-patch',
    });
    await this.#admitPods(body);
    return this.inhabited ? this.#wellDone(path, inputs) : made;
  }

  async find(inputs: Properties): Promise<Properties | null> {
    return this.#cluster.find(await this.#path(inputs));
  }

  async delete(inputs: Properties): Promise<void> {
    const path = await this.#path(inputs);
    const body = { propagationPolicy: 'Background' };
    await this.#cluster.ask(path, { method: 'DELETE', body }).catch(unlessGone);
    if (inputs.kind === 'Namespace') await this.#finalize(path);
  }

  /** As the provider waits for workloads, and for what an annotation names. */
  async #wellDone(path: string, inputs: Properties): Promise<Properties> {
    for (const end = Date.now() + MOST_MS; ; ) {
      const object = await this.#cluster.ask(path);
      const waitsFor = waitingOf(inputs, object);
      if (waitsFor === null) return object;
      if (Date.now() > end) throw new Error(`${path} is not there after ten minutes: ${waitsFor}`);
      await sleep(300);
    }
  }

  /** The controller of a workload makes pods of its template: here the server is only asked whether it would take one. */
  async #admitPods(body: ClusterObject): Promise<void> {
    // What the platform makes of a template later.
    if (body.kind === 'ConfigMap' && body.data?.['job.json'] !== undefined) {
      const job = JSON.parse(body.data['job.json']);
      return this.#admitPods({ ...job, metadata: { ...job.metadata, name: body.metadata.name } });
    }
    const template = body.kind === 'CronJob' ? body.spec.jobTemplate.spec.template : body.spec?.template;
    if (template?.spec?.containers === undefined) return;
    const { name, namespace } = body.metadata;
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...template.metadata, name: `${name}-would-be` },
      spec: template.spec,
    };
    const refused = (error: Error) => {
      throw new Error(`pods of ${body.kind} ${name} would be refused: ${error.message}`);
    };
    await this.#cluster
      .ask(`/api/v1/namespaces/${namespace}/pods?dryRun=All`, { method: 'POST', body: pod })
      .catch((error: Error) => (isBookkeeping(error) ? undefined : refused(error)));
  }

  /** Empty it goes; the namespace controller would empty it first, and with it what somebody wants to keep. */
  async #finalize(path: string): Promise<void> {
    const namespace = await this.#cluster.find(path);
    if (namespace === null) return;
    await this.#cluster
      .ask(`${path}/finalize`, { method: 'PUT', body: { ...namespace, spec: { finalizers: [] } } })
      .catch(unlessGone);
  }

  async #path(inputs: Properties): Promise<string> {
    const apiVersion = String(inputs.apiVersion);
    const { name, namespace } = metadataOf(inputs);
    const kind = (await this.#kindsOf(apiVersion)).get(String(inputs.kind));
    if (kind === undefined) throw new Error(`no matches for kind ${inputs.kind} in ${apiVersion}`);
    const within = kind.namespaced ? `/namespaces/${namespace ?? 'default'}` : '';
    return `${rootOf(apiVersion)}${within}/${kind.plural}/${name}`;
  }

  #kindsOf(apiVersion: string): Promise<Map<string, Kind>> {
    const found = this.#kinds.get(apiVersion) ?? this.#discover(apiVersion);
    this.#kinds.set(apiVersion, found);
    return found;
  }

  async #discover(apiVersion: string): Promise<Map<string, Kind>> {
    const { resources } = await this.#cluster.ask(rootOf(apiVersion));
    const own = (resources as ClusterObject[]).filter(({ name }) => !name.includes('/'));
    return new Map(own.map(({ kind, name, namespaced }) => [kind, { plural: name, namespaced }]));
  }
}

/** What is missing until the object is what it should be; null: nothing. */
function waitingOf({ metadata }: Properties, { kind, status = {}, ...object }: ClusterObject): string | null {
  const { generation } = object.metadata;
  const holds = (type: string) =>
    status.conditions?.some((one: ClusterObject) => one.type === type && one.status === 'True') === true;
  const condition = /^condition=(\w+)$/.exec(
    (metadata as { annotations?: Record<string, string> })?.annotations?.['pulumi.com/waitFor'] ?? '',
  )?.[1];
  if (condition !== undefined) return holds(condition) ? null : `condition ${condition}`;
  if (kind === 'Job') {
    if (holds('Failed')) throw new Error(`Job ${object.metadata.name} has failed`);
    return holds('Complete') ? null : 'its end';
  }
  if (kind === 'Deployment' || kind === 'StatefulSet') {
    const { replicas } = object.spec;
    const isReady =
      status.observedGeneration >= generation &&
      (status.updatedReplicas ?? 0) >= replicas &&
      (status.readyReplicas ?? 0) >= replicas &&
      (status.replicas ?? 0) <= replicas;
    return isReady ? null : 'ready pods';
  }
  return null;
}

const rootOf = (apiVersion: string) =>
  apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
/** Without what the engine keeps for itself. */
const objectOf = (inputs: Properties): ClusterObject =>
  Object.fromEntries(Object.entries(inputs).filter(([name]) => !name.startsWith('__')));

/** A quota that no controller has counted yet refuses every pod; that is not about this one. */
const isBookkeeping = ({ message }: Error) => /status unknown for quota/.test(message);

function unlessGone(error: unknown): void {
  if (!(error instanceof ClusterRefusal && error.status === 404)) throw error;
}
