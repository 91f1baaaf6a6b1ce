import { isObject, member, truthy } from '../values.ts';
import { type Item, members } from './items.ts';
import type { Report } from './report.ts';

export function lintDeployment(report: Report, { path, data }: Item): void {
  const { defaults } = data;
  if (isObject(defaults) && truthy(member(defaults, 'target'))) return;
  const message = `Deployment "${data.name}" has no defaults.target set which is required for deployment auto-creation.`;
  report.warning('target', path, message);
}

export function lintEndpoint(report: Report, endpoint: Item): void {
  const prefix = `Endpoint "${endpoint.data.name}"`;
  const mounts = new Map<string, number>();
  for (const { path, data } of members(endpoint, 'shared-volumes')) {
    const mount = String(data['mount-path'] ?? '');
    const sub = String(data['sub-path'] ?? '');
    mounts.set(mount, (mounts.get(mount) ?? 0) + 1);
    if (!mount.startsWith('/')) {
      report.error(
        'mount-path',
        [...path, 'mount-path'],
        `${prefix} shared volume mount path "${mount}" must start with "/"`,
      );
    }
    if (sub.startsWith('/')) {
      report.error(
        'sub-path',
        [...path, 'sub-path'],
        `${prefix} shared volume sub-path "${sub}" must not start with "/"`,
      );
    }
  }
  for (const [mount, times] of mounts) {
    if (times === 1) continue;
    const path = [...endpoint.path, 'shared-volumes'];
    report.error('mount-path', path, `${prefix} has ${times} shared volumes mounted at "${mount}"`);
  }
  const workspace = member(endpoint.data, 'workspace-volume');
  if (!isObject(workspace) || !truthy(workspace)) return;
  const mount = String(workspace['mount-path'] ?? '');
  const path = [...endpoint.path, 'workspace-volume', 'mount-path'];
  if (!mount.startsWith('/')) {
    report.error('mount-path', path, `${prefix} workspace volume mount path "${mount}" must start with "/"`);
  }
  if (mounts.has(mount)) {
    const message = `${prefix} workspace volume mount path "${mount}" is already used by a shared volume`;
    report.error('mount-path', path, message);
  }
}
