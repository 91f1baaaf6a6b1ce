/** What a host writes, kept for as long as the config says, apart from the project's own logs. */
import { ProjectBucketConfig } from '@pulumi/gcp/logging/projectBucketConfig.js';
import { ProjectSink } from '@pulumi/gcp/logging/projectSink.js';
import * as pulumi from '@pulumi/pulumi';
import type { WorkerSite } from './site.ts';

/** Id of the bucket. `host`: what follows `cove-<installation>-` in the name of its machines. */
export function hostLogs(
  site: WorkerSite,
  host: 'app-host' | 'scaler',
  options: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const { projectId, region } = site.config;
  const bucket = new ProjectBucketConfig(
    'platform',
    {
      project: projectId,
      location: region,
      bucketId: site.named('platform'),
      description: `Cove ${site.name}: what its hosts say`,
      retentionDays: site.sizes.logDays,
    },
    options,
  );
  new ProjectSink(
    'platform',
    {
      name: site.named('platform'),
      destination: pulumi.interpolate`logging.googleapis.com/${bucket.id}`,
      filter: `logName="projects/${projectId}/logs/gcplogs-docker-driver" AND jsonPayload.instance.name:"cove-${site.name}-${host}-"`,
      uniqueWriterIdentity: true,
    },
    options,
  );
  return bucket.id;
}
