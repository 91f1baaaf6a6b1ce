import { z } from 'zod';
import type { VersionAliasRecord } from '../../core/datasets/aliases.ts';
import type { DatasetRecord, VersionRecord } from '../../core/datasets/record.ts';
import type { Links } from '../urls.ts';
import { Time, time } from './time.ts';

export const Dataset = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    project: z.string(),
    creator: z.string().nullable(),
    versions: z.int().describe('How many.'),
    ctime: Time,
    mtime: Time,
    url: z.string(),
  })
  .meta({ id: 'Dataset' });

export const DatasetVersion = z
  .object({
    id: z.string(),
    name: z.string(),
    dataset: z.object({ id: z.string(), name: z.string(), url: z.string() }),
    project: z.string(),
    uri: z.string().describe("Good as an execution's input, in this project: always the same files."),
    aliases: z.array(z.string()),
    tags: z.array(z.string()),
    metadata: z.record(z.string(), z.unknown()),
    files: z.int().describe('How many; they are listed at `urls.files`.'),
    size: z.int().describe('Bytes of all files.'),
    immutable: z.boolean().describe('False as long as the run that makes it lives.'),
    output_execution: z.object({ id: z.string(), counter: z.int(), url: z.string() }).nullable(),
    creator: z.string().nullable(),
    ctime: Time,
    url: z.string(),
    urls: z.object({ files: z.string() }),
  })
  .meta({ id: 'DatasetVersion' });

export const DatasetVersionAlias = z
  .object({
    id: z.string(),
    name: z.string(),
    dataset: z.object({ id: z.string(), name: z.string() }),
    version: z.object({ id: z.string(), name: z.string(), url: z.string() }),
    project: z.string(),
    uri: z.string(),
    ctime: Time,
    mtime: Time,
    url: z.string(),
  })
  .meta({ id: 'DatasetVersionAlias' });

export const datasetShape = (row: DatasetRecord, links: Links): z.infer<typeof Dataset> => ({
  id: row.id,
  name: row.name,
  description: row.description,
  project: row.project_id,
  creator: row.creator_name,
  versions: row.versions,
  ctime: time(row.ctime),
  mtime: time(row.mtime),
  url: links.api('datasets', row.id),
});

const ENDED = ['complete', 'error', 'crashed', 'stopped'];

export const versionShape = (row: VersionRecord, links: Links): z.infer<typeof DatasetVersion> => ({
  id: row.id,
  name: row.name,
  dataset: { id: row.dataset_id, name: row.dataset_name, url: links.api('datasets', row.dataset_id) },
  project: row.project_id,
  uri: `dataset://${row.dataset_name}/${row.name}`,
  aliases: row.aliases,
  tags: row.tags,
  metadata: row.metadata,
  files: row.files,
  size: row.size,
  immutable: row.execution_status === null || ENDED.includes(row.execution_status),
  output_execution:
    row.execution_id === null
      ? null
      : {
          id: row.execution_id,
          counter: row.execution_counter ?? 0,
          url: links.api('executions', row.execution_id),
        },
  creator: row.creator_name,
  ctime: time(row.ctime),
  url: links.api('dataset-versions', row.id),
  urls: { files: `${links.api('data')}?dataset_version=${row.id}` },
});

export const versionAliasShape = (
  row: VersionAliasRecord,
  links: Links,
): z.infer<typeof DatasetVersionAlias> => ({
  id: row.id,
  name: row.name,
  dataset: { id: row.dataset_id, name: row.dataset_name },
  version: { id: row.version_id, name: row.version_name, url: links.api('dataset-versions', row.version_id) },
  project: row.project_id,
  uri: `dataset://${row.dataset_name}/${row.name}`,
  ctime: time(row.ctime),
  mtime: time(row.mtime),
  url: links.api('dataset-version-aliases', row.id),
});
