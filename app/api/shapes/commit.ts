import { z } from 'zod';
import type { CommitView } from '../../core/commits/list.ts';
import type { Links } from '../urls.ts';
import { Time, time } from './time.ts';

export const Commit = z
  .object({
    id: z.string(),
    identifier: z.string(),
    adhoc: z.boolean(),
    ref: z.string(),
    ref_names: z.array(z.string()),
    commit_time: Time,
    description: z.string(),
    project_id: z.string(),
    repository: z.string().nullable(),
    yaml_path: z.string(),
    has_config: z.boolean(),
    config_error: z.string().nullable().describe('Why the YAML file could not be used, with its lines.'),
    config: z
      .array(z.record(z.string(), z.unknown()))
      .nullable()
      .optional()
      .describe('With `include=config`.'),
    url: z.string(),
    urls: z.object({ display: z.string() }),
  })
  .meta({ id: 'Commit' });

/** `url` names the commit by its id: the same identifier may be in several projects. */
export function commitShape(view: CommitView, links: Links, withConfig: boolean): z.infer<typeof Commit> {
  return {
    id: view.id,
    identifier: view.identifier,
    adhoc: view.adhoc,
    ref: view.ref,
    ref_names: view.ref_names,
    commit_time: time(view.commit_time),
    description: view.description,
    project_id: view.project_id,
    repository: view.adhoc ? null : view.repositoryUrl,
    yaml_path: view.yaml_path,
    has_config: view.hasConfig,
    config_error: view.config_error,
    ...(withConfig ? { config: view.config } : {}),
    url: links.api('commits', view.id),
    urls: { display: links.page('p', view.owner, view.projectName, 'commits', view.identifier) },
  };
}
