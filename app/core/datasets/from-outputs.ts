/** Versions of datasets from the metadata of a run's outputs (contract 3.4), in the transaction that makes the files. */
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { datasetOf, datasetUri, nameProblem } from '../data/address.ts';
import { findVersion } from '../data/look-up.ts';
import { matcher } from '../data/pattern.ts';
import { storable } from '../storable.ts';
import { addFiles, ensureDataset, pointVersionAlias } from './record.ts';
import { type VersionWish, versionWishes } from './wish.ts';

type Complain = (message: string) => void;
type Tx = Kysely<Database>;
export interface OutputDatum {
  id: string;
  name: string;
  metadata: Record<string, unknown>;
}
interface MakingRun {
  projectId: string;
  executionId: string;
}

/** Files that ask for it join the versions they name. What cannot be done is told to `complain`. */
export async function datasetsFromOutputs(
  tx: Tx,
  context: Context,
  run: MakingRun,
  data: readonly OutputDatum[],
  complain: Complain,
): Promise<void> {
  const groups = new Map<string, { wishes: VersionWish[]; data: OutputDatum[] }>();
  for (const datum of data) {
    const tell = (message: string) => complain(`${datum.name}: valohai.dataset-versions: ${message}`);
    for (const wish of versionWishes(storable(datum.metadata['valohai.dataset-versions']), tell)) {
      const uri = datasetUri(wish.dataset, wish.version);
      const group = groups.get(uri) ?? { wishes: [], data: [] };
      group.wishes.push(wish);
      group.data.push(datum);
      groups.set(uri, group);
    }
  }
  // In one order everywhere, so that two runs never wait for one another in a circle.
  for (const [uri, { wishes, data: files }] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    await join(tx, context, run, { uri, wish: merged(wishes), files }, complain);
  }
}

/** The files of a version may each say a part of what it is to be. */
function merged(wishes: readonly VersionWish[]): VersionWish {
  const all = (part: 'exclude' | 'aliases' | 'tags') => [...new Set(wishes.flatMap((wish) => wish[part]))];
  return {
    ...(wishes[0] as VersionWish),
    from: wishes.find(({ from }) => from !== null)?.from ?? null,
    exclude: all('exclude'),
    aliases: all('aliases'),
    tags: all('tags'),
    metadata: Object.assign({}, ...wishes.map(({ metadata }) => metadata)),
  };
}

async function join(
  tx: Tx,
  context: Context,
  run: MakingRun,
  { uri, wish, files }: { uri: string; wish: VersionWish; files: readonly OutputDatum[] },
  complain: Complain,
): Promise<void> {
  const datasetId = await ensureDataset(tx, context, { projectId: run.projectId, name: wish.dataset });
  const added = await tx
    .insertInto('dataset_versions')
    .values({ dataset_id: datasetId, name: wish.version, output_execution_id: run.executionId })
    .onConflict((on) => on.columns(['dataset_id', 'name']).doNothing())
    .returning('id')
    .executeTakeFirst();
  const version = await tx
    .selectFrom('dataset_versions')
    .select(['id', 'output_execution_id', 'tags', 'metadata'])
    .where('dataset_id', '=', datasetId)
    .where('name', '=', wish.version)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (version.output_execution_id !== run.executionId) {
    const names = files.map(({ name }) => name);
    const shown =
      names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
    complain(
      `${uri} is there already and does not change any more: without ${shown}. Choose another version.`,
    );
    return;
  }
  await tx
    .updateTable('dataset_versions')
    .set({
      tags: [...new Set([...version.tags, ...wish.tags])],
      metadata: JSON.stringify({ ...version.metadata, ...wish.metadata }),
    })
    .where('id', '=', version.id)
    .execute();
  await addFiles(
    tx,
    version.id,
    files.map(({ id }) => id),
  );
  if (wish.from !== null) await takeOver(tx, run, { versionId: version.id, wish, from: wish.from }, complain);
  for (const name of wish.aliases) {
    const problem = nameProblem(name);
    if (problem !== null) complain(`${uri}: the alias ${JSON.stringify(name)} ${problem}`);
    else
      await pointVersionAlias(tx, context, {
        projectId: run.projectId,
        datasetId,
        name,
        versionId: version.id,
      });
  }
  const subject = { id: version.id, projectId: run.projectId };
  const about = { uri, files: files.length, execution: run.executionId };
  await audit(tx, context, added ? 'dataset_version.create' : 'dataset_version.add', subject, about);
}

/** Files of another version, but for those that this one has by name, or leaves out. */
async function takeOver(
  tx: Tx,
  run: MakingRun,
  { versionId, wish, from }: { versionId: string; wish: VersionWish; from: string },
  complain: Complain,
): Promise<void> {
  const address = datasetOf(from);
  const base = address === null ? undefined : await findVersion(tx, run.projectId, address);
  if (base === undefined) {
    complain(`${datasetUri(wish.dataset, wish.version)}: there is no ${from} to take files over from`);
    return;
  }
  const matchers = wish.exclude.map(matcher);
  const files = await tx
    .selectFrom('dataset_version_files')
    .innerJoin('datums', 'datums.id', 'dataset_version_files.datum_id')
    .select(['datums.id', 'datums.name'])
    .where('version_id', '=', base.id)
    .where(
      sql<boolean>`NOT EXISTS (SELECT FROM dataset_version_files f JOIN datums d ON d.id = f.datum_id
        WHERE f.version_id = ${versionId} AND d.name = datums.name)`,
    )
    .execute();
  const kept = files.filter(({ name }) => !matchers.some((matches) => matches(name)));
  await addFiles(
    tx,
    versionId,
    kept.map(({ id }) => id),
  );
}
