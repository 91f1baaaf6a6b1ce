import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { CoveError, forbidden, invalid } from '../errors.ts';
import { requireProject } from '../rights.ts';
import { storable } from '../storable.ts';
import { openStore } from './open.ts';
import { requireStore } from './record.ts';
import { isOf, parseStoreUri, uriPrefix } from './uri.ts';
import { usableStores } from './usable.ts';

/** Makes an object that lies in the bucket a file of the project. Adopted again, it is the same file. */
export async function adopt(
  context: Context,
  input: { store: string; url: string; project: string },
): Promise<Record<string, string>> {
  const { db } = context.platform;
  const project = await requireProject(db, context, input.project, 'data.write');
  const store = await requireStore(db, context, input.store);
  const what = `The data store ${store.name}`;
  if (!(await usableStores(db, project)).some(({ id }) => id === store.id))
    throw invalid('project', `${what} is not for this project.`);
  if (!store.allow_adopt || !store.allow_read)
    throw forbidden(`adopt files: ${what} does not allow it (allow_adopt)`);
  const uri = parseStoreUri(input.url);
  if (uri === null || !isOf(uri, store))
    throw invalid(
      'url',
      `Needed is the address of one object, beginning with ${uriPrefix(store.type, store.configuration)}/.`,
    );
  const object = await (await openStore(context, store.id)).head(uri.key);
  if (object === null) {
    const fields = {
      url: [{ message: `There is no object ${input.url}.`, code: 'adoptable_file_not_found' }],
    };
    throw new CoveError('invalid', `There is no object ${input.url}.`, { fields });
  }
  const id = await withTransaction(db, async (tx) => {
    // Two at once: the second finds what the first made.
    await tx.selectFrom('stores').select('id').where('id', '=', store.id).forUpdate().execute();
    const known = await tx
      .selectFrom('datums')
      .select('id')
      .where('store_id', '=', store.id)
      .where('storage_key', '=', uri.key)
      .where('project_id', '=', project.id)
      .where('purged', '=', false)
      .executeTakeFirst();
    if (known) return known.id;
    const made = await tx
      .insertInto('datums')
      .values({
        project_id: project.id,
        output_execution_id: null,
        name: storable(uri.key.slice(uri.key.lastIndexOf('/') + 1)),
        size: object.size,
        storage_key: uri.key,
        store_id: store.id,
        md5: null,
        sha1: null,
        sha256: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const subject = { id: made.id, projectId: project.id };
    await audit(tx, context, 'store.adopt', subject, { store: store.id, url: input.url });
    return made.id;
  });
  return { [input.url]: id };
}
