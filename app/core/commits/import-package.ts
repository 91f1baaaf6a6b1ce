import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { invalid } from '../errors.ts';
import { MAX_PATH, YamlPath, yamlPathOr } from '../projects/fields.ts';
import { requireProject } from '../rights.ts';
import { readConfig } from './config.ts';
import { snapshotKey } from './ensure-snapshot.ts';
import { getCommit } from './get.ts';
import { inspectPackage } from './inspect-package.ts';
import type { CommitView } from './list.ts';
import { LIMITS } from './package-rules.ts';
import { receiveUpload, type Upload } from './receive-upload.ts';

/** A part of the upload, in the order it arrives: `data`, `description`, `yaml_path`. */
export type Part = { name: string; value: string } | { name: string; body: Readable };

/** Takes an ad-hoc package. Its identity is its content: `~` and the SHA-256 of the file; sent twice it is one commit. */
export async function importPackage(
  context: Context,
  projectId: string,
  parts: AsyncIterable<Part>,
): Promise<CommitView> {
  const { platform } = context;
  const project = await requireProject(platform.db, context, projectId, 'commit.import');
  const fields: Record<string, string> = {};
  let upload: Upload | undefined;
  try {
    for await (const part of parts) {
      if ('value' in part) fields[part.name] = part.value;
      else if (part.name === 'data' && !upload) {
        const { name: field, body } = part;
        const folder = join(platform.scratch, 'uploads');
        upload = await receiveUpload(folder, { field, body, maxBytes: LIMITS.packedBytes });
      } else part.body.resume();
    }
    if (!upload) throw invalid('data', 'The package is missing.', 'required');
    const yamlPath = yamlPathOr(fields.yaml_path || project.yaml_path);
    if (!YamlPath.safeParse(yamlPath).success)
      throw invalid(
        'yaml_path',
        `A path within the package, like train/valohai.yaml, of at most ${MAX_PATH} characters.`,
      );
    const identifier = await store(context, projectId, upload, yamlPath, fields.description ?? '');
    return await getCommit(context, identifier, { project: projectId, config: false });
  } finally {
    if (upload) await rm(upload.path, { force: true });
  }
}

async function store(
  context: Context,
  projectId: string,
  upload: Upload,
  yamlPath: string,
  description: string,
) {
  const { db, storage } = context.platform;
  const identifier = `~${upload.sha256}`;
  const { yaml } = await inspectPackage(upload.path, yamlPath);
  const { config, config_error } = readConfig(yaml, yamlPath);
  const key = snapshotKey(projectId, identifier);
  if (!(await storage.head(key))) await storage.put(key, createReadStream(upload.path));
  await withTransaction(db, async (tx) => {
    const added = await tx
      .insertInto('commits')
      .values({
        project_id: projectId,
        identifier,
        adhoc: true,
        ref: 'adhoc',
        commit_time: new Date(),
        description: description.slice(0, 10_000),
        yaml_path: yamlPath,
        config: config && JSON.stringify(config),
        config_error,
        snapshot_key: key,
        snapshot_sha256: upload.sha256,
        snapshot_size: upload.size,
      })
      // The same files under another name of the YAML file: the latest one counts.
      .onConflict((on) =>
        on
          .columns(['project_id', 'identifier'])
          .doUpdateSet({ yaml_path: yamlPath, config: config && JSON.stringify(config), config_error }),
      )
      .returning('id')
      .executeTakeFirstOrThrow();
    const properties = { identifier, size: upload.size };
    await audit(tx, context, 'commit.import', { id: added.id, projectId }, properties);
  });
  return identifier;
}
