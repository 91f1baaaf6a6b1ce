/** Pods of the platform's image: settings and authorities from a ConfigMap, logins from Secrets. Pure. */
import { createHash } from 'node:crypto';
import type { core } from '@pulumi/kubernetes/types/input.js';
import type { Input } from '@pulumi/pulumi';
import { AUTHORITIES } from '../../boot/cloud-config.ts';
import type { ClusterBoot } from '../../boot/contract.ts';
import { FILES } from '../../boot/settings.ts';
import { containerSecurity, OUR_USER, podSecurity, resourcesOf, SECRET_MODE, scratch } from '../pod.ts';

export type PlatformRole = 'bootstrap' | 'api' | 'scheduler' | 'scaler';

/** Files below `/etc/cove`: what the role is told, and whom it trusts. */
export function settingsFiles(boot: ClusterBoot, settings: object): Record<string, string> {
  const { certificateAuthorities = [], database, queue, vault } = boot;
  const given = [
    [FILES.databaseAuthority, database.authority],
    [FILES.queueAuthority, queue.authority],
    [FILES.vaultAuthority, vault?.authority],
  ] as const;
  const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);
  return {
    'settings.json': JSON.stringify(settings),
    ...Object.fromEntries(
      given.flatMap(([path, who]) => (who && typeof who === 'object' ? [[nameOf(path), who.pem]] : [])),
    ),
    ...(certificateAuthorities.length > 0 && { [nameOf(AUTHORITIES)]: certificateAuthorities.join('\n') }),
  };
}

/** Another value for other settings: pods are made anew then. */
export const digestOf = (files: unknown): string =>
  createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16);

export interface PodArgs {
  role: PlatformRole;
  image: Input<string>;
  account: Input<string>;
  pullSecrets: { name: string }[];
  /** ConfigMap with `settingsFiles`. */
  settings: Input<string>;
  /** Secret that it proves itself by, and the file that it becomes; absent: it makes them, in memory. */
  login?: { secret: Input<string>; key: string; file: string };
  size: { cpus: number; memoryGb: number; share: number };
  args?: string[];
  /** What `main` has besides. */
  container?: Partial<core.v1.Container>;
  mounts?: { name: string; mountPath: string }[];
  volumes?: core.v1.Volume[];
}

/** `restartPolicy` and the like are the caller's. */
export function platformPod(args: PodArgs) {
  const { role, login, size, mounts = [], volumes = [] } = args;
  return {
    serviceAccountName: args.account,
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    imagePullSecrets: args.pullSecrets,
    securityContext: podSecurity(OUR_USER),
    containers: [
      {
        name: role,
        image: args.image,
        args: args.args ?? [],
        securityContext: containerSecurity(),
        resources: resourcesOf(size, size.share),
        volumeMounts: [
          { name: 'settings', mountPath: '/etc/cove', readOnly: true },
          login === undefined
            ? { name: 'secrets', mountPath: '/run/cove/secrets' }
            : { name: 'secrets', mountPath: `/run/cove/secrets/${role}`, readOnly: true },
          { name: 'tmp', mountPath: '/tmp' },
          ...mounts,
        ],
        ...args.container,
      },
    ],
    volumes: [
      { name: 'settings', configMap: { name: args.settings } },
      login === undefined
        ? scratch('secrets', 'Memory')
        : {
            name: 'secrets',
            secret: {
              secretName: login.secret,
              defaultMode: SECRET_MODE,
              items: [{ key: login.key, path: login.file }],
            },
          },
      scratch('tmp'),
      ...volumes,
    ],
  };
}
