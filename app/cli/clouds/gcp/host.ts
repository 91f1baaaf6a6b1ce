/** The host without SSH: what it wrote to its serial port, and what its containers wrote to Cloud Logging. */
import type { GcpConfig, GcpWorkersConfig } from '../../../../config/schema.ts';
import { type Finding, fail, ok } from '../../checks/finding.ts';
import { CliError, EXIT } from '../../errors.ts';
import { hostOf } from '../host.ts';
import { type Google, openGoogle } from './api.ts';

interface Instance {
  selfLink: string;
  creationTimestamp: string;
}

/** Path of the newest host, below `compute/v1`. Null: there is none. */
export async function findHost(
  name: string,
  config: GcpConfig | GcpWorkersConfig,
  google: Google,
): Promise<string | null> {
  const filter = encodeURIComponent(`name eq "cove-${name}-${hostOf(config)}-.*"`);
  const found = await google.get<{ items?: Record<string, { instances?: Instance[] }> }>(
    `compute/compute/v1/projects/${config.projectId}/aggregated/instances?filter=${filter}`,
  );
  const all = Object.values(found?.items ?? {}).flatMap(({ instances }) => instances ?? []);
  const [newest] = all.sort((a, b) => Date.parse(b.creationTimestamp) - Date.parse(a.creationTimestamp));
  return newest === undefined ? null : (/\/(projects\/.*)$/.exec(newest.selfLink)?.[1] ?? null);
}

export async function bootLog(
  name: string,
  config: GcpConfig | GcpWorkersConfig,
  google = openGoogle(),
): Promise<string | null> {
  const host = await findHost(name, config, google);
  if (host === null) return null;
  const port = await google.get<{ contents?: string }>(`compute/compute/v1/${host}/serialPort?port=1`);
  return port?.contents ?? '';
}

/** The last lines of a service's container, oldest first. Null: it has written nothing. */
export async function serviceLog(
  name: string,
  config: GcpConfig | GcpWorkersConfig,
  service: string,
  count: number,
  google = openGoogle(),
): Promise<string | null> {
  const { projectId } = config;
  const found = await google.post<{ entries?: { jsonPayload?: { message?: string } }[] }>(
    'logging/v2/entries:list',
    {
      resourceNames: [`projects/${projectId}`],
      filter: `logName="projects/${projectId}/logs/gcplogs-docker-driver" AND jsonPayload.instance.name:"cove-${name}-${hostOf(config)}-" AND jsonPayload.container.name="/cove-${service}"`,
      orderBy: 'timestamp desc',
      pageSize: count,
    },
  );
  const lines = (found?.entries ?? []).map(({ jsonPayload }) => jsonPayload?.message ?? '');
  return lines.length === 0 ? null : lines.reverse().join('\n');
}

/** Google has no service that runs a command on a machine without SSH or an agent of its own. */
export async function runOnHost(name: string): Promise<string> {
  throw new CliError(`Google Cloud runs no command on the host of "${name}" without SSH.`, {
    exitCode: EXIT.usage,
    todo: `\`npx cove logs SERVICE -s ${name}\` reads what services wrote, \`npx cove logs boot -s ${name}\` what the host did.`,
  });
}

/** How its services are only its log tells; whether there is a host, Google does. */
export async function lookAtHost(
  name: string,
  config: GcpConfig | GcpWorkersConfig,
  google = openGoogle(),
): Promise<Finding[]> {
  const host = await findHost(name, config, google);
  return host === null
    ? [fail('host', `there is no ${hostOf(config)}`, 'one machine of its group', '`npx cove up` makes it.')]
    : [ok('host', `${host.split('/').at(-1)}; \`npx cove logs SERVICE\` tells how its services are`)];
}
