/** A dump of all databases every night, on a volume of its own; docs/kubernetes.md says how to bring one back. */
import { CronJob } from '@pulumi/kubernetes/batch/v1/cronJob.js';
import { ConfigMap } from '@pulumi/kubernetes/core/v1/configMap.js';
import * as pulumi from '@pulumi/pulumi';
import type { Size } from '../../../config/checks/kubernetes-sizes.ts';
import type { DatabaseParts } from '../../contract.ts';
import type { Identity } from '../identity.ts';
import { labelsOf, metaOf } from '../meta.ts';
import { containerSecurity, OFFICIAL_USER, podSecurity, resourcesOf, SECRET_MODE, scratch } from '../pod.ts';
import type { Registry } from '../registry.ts';
import type { Entry } from '../secret.ts';
import type { Site } from '../site.ts';
import { volumeClaim } from '../stateful.ts';
import { backupScript, FOLDER } from './dump-script.ts';

export interface BackupArgs {
  site: Site;
  identity: Identity;
  registry: Registry;
  image: string;
  size: Size;
  password: Entry;
  database: DatabaseParts;
}

export class Backup extends pulumi.ComponentResource {
  constructor(name: string, args: BackupArgs, options?: pulumi.ComponentResourceOptions) {
    super('cove:kubernetes:Backup', name, {}, options);
    const { site, identity, registry, size, password, database } = args;
    const component = 'backup';
    const within = { parent: this };
    const meta = (own: string) => metaOf(site, { name: own, component });
    const { storageClass } = site.config.database as { storageClass?: string | undefined };
    const volume = volumeClaim(
      'database-backup',
      { site, component, size: { diskGb: size.diskGb * 2 }, storageClass, guard: 'backup' },
      within,
    );
    const authority = new ConfigMap(
      'database-authority',
      { metadata: meta('database-authority'), data: { 'ca.pem': database.authority ?? '' } },
      within,
    );
    const { host, port, superuser } = database;
    new CronJob(
      'database-backup',
      {
        metadata: meta('database-backup'),
        spec: {
          schedule: '17 2 * * *',
          timeZone: 'Etc/UTC',
          concurrencyPolicy: 'Forbid',
          successfulJobsHistoryLimit: 1,
          failedJobsHistoryLimit: 3,
          jobTemplate: {
            spec: {
              backoffLimit: 3,
              template: {
                metadata: { labels: labelsOf(site, component) },
                spec: {
                  restartPolicy: 'Never',
                  serviceAccountName: identity.accounts.backup,
                  automountServiceAccountToken: false,
                  enableServiceLinks: false,
                  imagePullSecrets: registry.pullSecrets,
                  securityContext: podSecurity(OFFICIAL_USER),
                  containers: [
                    {
                      name: 'backup',
                      image: args.image,
                      command: ['bash', '-o', 'pipefail', '-c', backupScript(site.sizes.backupDays)],
                      env: [
                        { name: 'PGHOST', value: host },
                        { name: 'PGPORT', value: port.apply(String) },
                        { name: 'PGUSER', value: superuser },
                        { name: 'PGPASSFILE', value: '/tmp/pgpass' },
                        { name: 'PGSSLMODE', value: 'verify-full' },
                        { name: 'PGSSLROOTCERT', value: '/etc/cove/ca.pem' },
                      ],
                      securityContext: containerSecurity(),
                      resources: resourcesOf({ cpus: 0.5, memoryGb: 0.5 }),
                      volumeMounts: [
                        { name: 'backup', mountPath: FOLDER },
                        { name: 'tmp', mountPath: '/tmp' },
                        { name: 'authority', mountPath: '/etc/cove', readOnly: true },
                        { name: 'secrets', mountPath: '/run/cove/secrets/backup', readOnly: true },
                      ],
                    },
                  ],
                  volumes: [
                    { name: 'backup', persistentVolumeClaim: { claimName: volume.metadata.name } },
                    scratch('tmp'),
                    { name: 'authority', configMap: { name: authority.metadata.name } },
                    { name: 'secrets', secret: { secretName: password.secret, defaultMode: SECRET_MODE } },
                  ],
                },
              },
            },
          },
        },
      },
      within,
    );
    this.registerOutputs({});
  }
}
