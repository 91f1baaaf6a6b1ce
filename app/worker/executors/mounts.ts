/** Folders and file systems beside a job's own: those that its step names and the operator allows (contract 2.2). Pure. */
import type { ContainerOptions } from '../../platform/docker.ts';
import type { JobMount } from '../../protocol/worker.ts';
import type { AllowedMount } from '../../settings.ts';
import { type Job, JobFailure } from './executor.ts';

type EngineMount = NonNullable<NonNullable<ContainerOptions['HostConfig']>['Mounts']>[number];

/** Others could name another server, or take away what keeps the machine safe. */
const NFS_OPTIONS =
  /^(hard|soft|nolock|noac|noatime|noresvport|(nfsvers|vers)=[\d.]+|(timeo|retrans|rsize|wsize|nconnect|actimeo)=\d+|proto=(tcp|rdma))$/;
/** A container is not one any more where these are others. */
const KEPT = ['/valohai', '/proc', '/sys', '/dev'];

const plain = (path: string) => path.replace(/(?<=.)\/+$/, '');
const refused = (what: string) => new JobFailure('job', `mounts: ${what}`);

/** Of executors that cannot: a job that finds an empty folder would not know why. */
export function refuseMounts({ mounts: [first] = [] }: Pick<Job, 'mounts'>, executor: string): void {
  if (first) throw refused(`${first.source} cannot be mounted: jobs here run by the executor ${executor}`);
}

/**
 * Only a source that is allowed word for word: below an allowed folder, a job could have put a link to any other one.
 * Throws `JobFailure` with what is not allowed.
 */
export function engineMounts(
  mounts: readonly JobMount[],
  allowed: readonly AllowedMount[] = [],
): EngineMount[] {
  return mounts.map((mount) => {
    const { source, destination } = mount;
    const found = allowed.find((one) => plain(one.source) === plain(source));
    if (found === undefined) {
      const has = allowed.map((one) => one.source).join(', ') || 'none';
      throw refused(`${source} is not allowed here; allowed are: ${has}. An operator can allow it`);
    }
    const parts = destination.split('/').slice(1);
    const isKept = KEPT.some((one) => plain(destination) === one || destination.startsWith(`${one}/`));
    if (plain(destination) === '/' || isKept || parts.includes('..') || parts.includes('.'))
      throw refused(`${source} cannot be mounted at ${destination}: name a folder of its own there`);
    const ReadOnly = mount.readonly || found.readOnly;
    const [, host, device] = /^([A-Za-z0-9.-]+):(\/.*)$/.exec(source) ?? [];
    const type = mount.type ?? (host === undefined ? 'bind' : 'nfs');
    if (type === 'bind' && host === undefined)
      return { Type: 'bind', Source: plain(source), Target: destination, ReadOnly };
    if (!['nfs', 'nfs4'].includes(type) || host === undefined)
      throw refused(`${source} of type ${type}: needed is a folder, or type nfs and host:/path`);
    const Options = { type: 'nfs', device: `:${device}`, o: nfsOptions(mount, host, ReadOnly) };
    const VolumeOptions = { NoCopy: true, Labels: {}, DriverConfig: { Name: 'local', Options } };
    return { Type: 'volume', Source: '', Target: destination, ReadOnly, VolumeOptions };
  });
}

/** As `mount -o` takes them: a flag is an option that is true. */
function nfsOptions({ source, options }: JobMount, host: string, readOnly: boolean): string {
  const asked = Object.entries(options).flatMap(([name, value]) =>
    value === false || value === null ? [] : [value === true ? name : `${name}=${value}`],
  );
  const strange = asked.find((one) => !NFS_OPTIONS.test(one));
  if (strange !== undefined) throw refused(`${source}: the option ${strange} is not allowed`);
  const version = asked.some((one) => /^(nfs)?vers=/.test(one)) ? [] : ['nfsvers=4'];
  return [`addr=${host}`, readOnly ? 'ro' : 'rw', ...version, ...asked].join(',');
}
