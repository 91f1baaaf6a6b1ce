/**
 * The scaler of a worker stack: one small pod that asks the installation what to do with the groups of workers, and does it
 * as its own ServiceAccount. Nobody connects to it, and it keeps nothing.
 */
import { Deployment } from '@pulumi/kubernetes/apps/v1/deployment.js';
import { ConfigMap } from '@pulumi/kubernetes/core/v1/configMap.js';
import { ServiceAccount } from '@pulumi/kubernetes/core/v1/serviceAccount.js';
import { PodDisruptionBudget } from '@pulumi/kubernetes/policy/v1/podDisruptionBudget.js';
import * as pulumi from '@pulumi/pulumi';
import type { ScalerSettings } from '../../app/settings.ts';
import { AUTHORITIES, outbound } from '../boot/cloud-config.ts';
import { digestOf, platformPod } from './appHost/pods.ts';
import { labelsOf, metaOf, selector } from './meta.ts';
import type { Network } from './network.ts';
import { execProbe } from './pod.ts';
import type { Registry } from './registry.ts';
import { allow, scalingRules } from './rights.ts';
import { type Entry, passwordEntry } from './secret.ts';
import type { WorkerStackSite } from './site.ts';
import { surroundings } from './surroundings.ts';
import { workerGroup } from './worker-names.ts';

const SIZE = { cpus: 0.1, memoryGb: 0.25 };
const FOLDER = '/run/cove/secrets/scaler';

export interface ScalerArgs {
  site: WorkerStackSite;
  network: Network;
  registry: Registry<'platform'>;
}

export class Scaler extends pulumi.ComponentResource {
  /** What it proves itself by at the installation, which is told its hash alone. */
  readonly token: Entry;
  /** Its Deployment. */
  readonly group: pulumi.Output<string>;
  /** Its namespace: the cluster's owner gathers logs. */
  readonly logGroup: pulumi.Output<string>;
  /** What pods of this stack are proven by. */
  readonly proof: { kind: 'kubernetes'; audience: string; namespace: string };

  constructor(
    name: string,
    { site, network, registry }: ScalerArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:kubernetes:Scaler', name, {}, options);
    const within = { parent: this, dependsOn: network.ready };
    const meta = (own: string) => metaOf(site, { name: own, component: 'scaler' });
    this.proof = { kind: 'kubernetes', audience: site.publicUrl, namespace: site.namespaces.jobs };
    this.token = passwordEntry('scaler-token', { site, component: 'scaler' }, within);
    const account = new ServiceAccount(
      'scaler',
      { metadata: meta('scaler'), automountServiceAccountToken: false },
      within,
    );
    const rights = allow(site, 'scaler', account.metadata.name, scalingRules(site), {
      ...within,
      space: 'jobs',
    });
    const files = filesOf(site);
    const settings = new ConfigMap(
      'scaler-settings',
      { metadata: meta('scaler-settings'), data: files },
      within,
    );
    const matchLabels = selector(site, 'scaler');
    new PodDisruptionBudget(
      'scaler',
      { metadata: meta('scaler'), spec: { maxUnavailable: 1, selector: { matchLabels } } },
      within,
    );
    const { metadata } = new Deployment(
      'scaler',
      {
        metadata: meta('scaler'),
        spec: {
          replicas: 1,
          selector: { matchLabels },
          // Two at once would carry out the same orders twice.
          strategy: { type: 'Recreate' },
          template: {
            metadata: { labels: labelsOf(site, 'scaler'), annotations: { 'cove/settings': digestOf(files) } },
            spec: platformPod({
              role: 'scaler',
              image: registry.images.platform,
              account: account.metadata.name,
              pullSecrets: registry.pullSecrets,
              settings: settings.metadata.name,
              login: { ...this.token, file: 'token' },
              size: { ...SIZE, share: 1 },
              container: {
                readinessProbe: {
                  ...execProbe('node', 'app/probe.ts', '/etc/cove/settings.json'),
                  periodSeconds: 60,
                },
              },
            }),
          },
        },
      },
      { ...within, dependsOn: [...network.ready, rights, ...this.token.ready] },
    );
    this.group = metadata.name;
    this.logGroup = pulumi.output(site.namespaces.platform);
    this.registerOutputs({ group: this.group });
  }
}

/** What it is told, and whom it trusts. */
function filesOf(site: WorkerStackSite): Record<string, string> {
  const { namespaces, certificateAuthorities, config } = site;
  const settings: ScalerSettings = {
    role: 'scaler',
    name: site.name,
    ...outbound(surroundings(site)),
    apiUrl: site.publicUrl,
    tokenFile: `${FOLDER}/token`,
    groups: config.environments.map(({ slug, ceiling }) => ({
      kind: 'kubernetes',
      namespace: namespaces.jobs,
      group: workerGroup(slug),
      ceiling,
    })),
  };
  const authorities = AUTHORITIES.slice(AUTHORITIES.lastIndexOf('/') + 1);
  return {
    'settings.json': JSON.stringify(settings),
    ...(certificateAuthorities.length > 0 && { [authorities]: certificateAuthorities.join('\n') }),
  };
}
