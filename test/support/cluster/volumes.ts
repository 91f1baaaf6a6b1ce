/** What a storage driver does, with folders of the node: a volume for each claim, gone with it. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster, ClusterObject } from '../../../app/platform/cluster.ts';
import { NODE } from './programs.ts';

export interface Volumes {
  stop(): Promise<void>;
}
const CLASS = 'folder';
const PATH = '/api/v1/persistentvolumes';

export async function provideVolumes(cluster: Cluster, folder: string): Promise<Volumes> {
  const annotations = { 'storageclass.kubernetes.io/is-default-class': 'true' };
  await cluster.ask('/apis/storage.k8s.io/v1/storageclasses', {
    method: 'POST',
    body: { metadata: { name: CLASS, annotations }, provisioner: 'test/folder' },
  });
  const made = new Set<string>();
  let stopped = false;

  async function make(claim: ClusterObject): Promise<void> {
    const { name, namespace, uid } = claim.metadata;
    const path = join(folder, uid);
    await mkdir(path, { recursive: true });
    const values = [{ key: 'kubernetes.io/hostname', operator: 'In', values: [NODE] }];
    await cluster.ask(PATH, {
      method: 'POST',
      body: {
        metadata: { name: `folder-${uid}` },
        spec: {
          capacity: claim.spec.resources.requests,
          accessModes: claim.spec.accessModes,
          claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name, namespace, uid },
          // Unlike `hostPath`, it is made over to the pod's group.
          local: { path },
          nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: values }] } },
          persistentVolumeReclaimPolicy: 'Retain',
          storageClassName: CLASS,
        },
      },
    });
  }
  const loop = async () => {
    while (!stopped) {
      const { items: claims } = await cluster.ask('/api/v1/persistentvolumeclaims');
      for (const claim of claims)
        if (claim.status.phase === 'Pending' && !made.has(claim.metadata.uid)) {
          made.add(claim.metadata.uid);
          await make(claim);
        }
      const { items: volumes } = await cluster.ask(PATH);
      for (const { metadata, spec, status } of volumes)
        if (status.phase === 'Released' && metadata.deletionTimestamp === undefined) {
          await cluster.ask(`${PATH}/${metadata.name}`, { method: 'DELETE' });
          await rm(spec.local.path, { recursive: true, force: true });
        }
      await sleep(100);
    }
  };
  const running = loop().catch((error) => {
    if (!stopped) console.error('volumes:', error);
  });
  return {
    async stop() {
      stopped = true;
      await running;
    },
  };
}
