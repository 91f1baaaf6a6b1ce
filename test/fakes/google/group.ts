/** A managed instance group of Compute Engine, as far as the machines of workers are asked for: it grows at once. */
import type { Handler } from './server.ts';

export interface GroupArgs {
  projectId: string;
  region: string;
  group: string;
}
export interface Group {
  /** Undefined: it is not about this group. */
  handler: Handler;
  /** Ids of its machines. */
  ids(): string[];
}

/** Compute Engine API v1, `regionInstanceGroupManagers` and `instances.aggregatedList`. */
export function instanceGroup({ projectId, region, group }: GroupArgs): Group {
  const project = `/compute/v1/projects/${projectId}`;
  const manager = `${project}/regions/${region}/instanceGroupManagers/${group}`;
  let targetSize = 0;
  let counter = 0;
  let machines: { id: string; name: string; creationTimestamp: string }[] = [];
  const addressOf = (name: string) =>
    `https://www.googleapis.com${project}/zones/${region}-a/instances/${name}`;
  const fill = () => {
    while (machines.length < targetSize) {
      counter += 1;
      const name = `${group}-${`${counter}`.padStart(4, 'a')}`;
      machines.push({ id: `${7000 + counter}`, name, creationTimestamp: new Date().toISOString() });
    }
  };
  return {
    ids: () => machines.map(({ id }) => id),
    handler({ method, path, query, body }) {
      switch (`${method} ${path}`) {
        case `GET ${manager}`:
          return { targetSize, baseInstanceName: group };
        case `POST ${manager}/listManagedInstances`:
          return {
            managedInstances: machines.map(({ id, name }) => ({
              id,
              instance: addressOf(name),
              instanceStatus: 'RUNNING',
              currentAction: 'NONE',
            })),
          };
        case `POST ${manager}/resize`:
          targetSize = Number(query.get('size'));
          fill();
          return {};
        case `POST ${manager}/deleteInstances`: {
          const before = machines.length;
          machines = machines.filter(({ name }) => !body.instances.includes(addressOf(name)));
          targetSize -= before - machines.length;
          return {};
        }
        case `GET ${project}/aggregated/instances`: {
          const [, name] = /^name eq "(.+)"$/.exec(query.get('filter') ?? '') ?? [];
          if (name?.startsWith(group) !== true) return undefined;
          const labels = { 'managed-by': 'cove', component: 'worker' };
          const instances = machines.map((one) => ({ ...one, labels, status: 'RUNNING' }));
          return { items: { [`zones/${region}-a`]: { instances } } };
        }
        default:
          return undefined;
      }
    },
  };
}
