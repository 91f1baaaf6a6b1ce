import { z } from 'zod';
import type { ProjectView } from '../../core/projects/view.ts';
import type { Links } from '../urls.ts';
import { Time, time, timeOrNull } from './time.ts';
import { Variables, variablesShape } from './variable-group.ts';

export const Project = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    owner: z.object({ id: z.string(), username: z.string() }),
    ctime: Time,
    mtime: Time,
    yaml_path: z.string(),
    url: z.string(),
    urls: z.object({ display: z.string(), display_repository: z.string() }),
    environment_variables: Variables,
    execution_summary: z
      .record(z.string(), z.int())
      .describe('`count`, and one `<status>_count` per status.'),
    read_only: z.boolean(),
    default_environment: z.object({ id: z.string(), slug: z.string() }).nullable(),
    default_store: z.object({ id: z.string(), name: z.string() }).nullable(),
    upload_store_id: z
      .string()
      .nullable()
      .describe("Where outputs go; null: the default store, or else the installation's."),
    repository: z.object({ url: z.string(), ref: z.string().nullable() }).nullable(),
    tags: z.array(z.string()),
    execution_count: z.int(),
    queued_execution_count: z.int(),
    running_execution_count: z.int(),
    last_execution_ctime: Time.nullable(),
    enabled_endpoint_count: z.int(),
  })
  .meta({ id: 'Project' });

/** How a project's executions are counted for the clients; `stopping_hard` is a word of theirs that we have no state for. */
export function executionSummary(counts: ProjectView['executions']): Record<string, number> {
  const of = (status: keyof typeof counts) => counts[status] ?? 0;
  return {
    count: Object.values(counts).reduce((sum, n) => sum + n, 0),
    created_count: of('created'),
    queued_count: of('queued'),
    started_count: of('started'),
    stopping_count: of('stopping'),
    stopping_hard_count: 0,
    complete_count: of('complete'),
    error_count: of('error'),
    crashed_count: of('crashed'),
    stopped_count: of('stopped'),
  };
}

export function projectShape(view: ProjectView, links: Links): z.infer<typeof Project> {
  const summary = executionSummary(view.executions);
  const page = (...rest: string[]) => links.page('p', view.owner.name, view.name, ...rest);
  return {
    id: view.id,
    name: view.name,
    description: view.description,
    owner: { id: view.owner.id, username: view.owner.name },
    ctime: time(view.ctime),
    mtime: time(view.mtime),
    yaml_path: view.yaml_path,
    url: links.api('projects', view.id),
    urls: { display: page(), display_repository: page('settings', 'repository') },
    environment_variables: variablesShape(view.variables),
    execution_summary: summary,
    read_only: view.readOnly,
    default_environment: view.default_environment_id
      ? { id: view.default_environment_id, slug: view.environmentSlug ?? '' }
      : null,
    default_store: view.default_store_id ? { id: view.default_store_id, name: view.storeName ?? '' } : null,
    upload_store_id: view.upload_store_id,
    repository: view.repository ? { url: view.repository.url, ref: view.repository.refs[0] ?? null } : null,
    tags: view.tags,
    execution_count: summary.count ?? 0,
    queued_execution_count: summary.queued_count ?? 0,
    running_execution_count: summary.started_count ?? 0,
    last_execution_ctime: timeOrNull(view.lastExecution),
    enabled_endpoint_count: 0,
  };
}
