/** Runtime configuration under a name: of one environment, named by executions in it (contract 1.6). */
import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import { isUuid } from '../ids.ts';

export type Preset = Selectable<Database['runtime_config_presets']>;

/** Those of that id or slug, of whichever environment. */
export const presetsNamed = (db: Kysely<Database>, text: string): Promise<Preset[]> =>
  db
    .selectFrom('runtime_config_presets')
    .selectAll()
    .where(isUuid(text) ? 'id' : 'slug', '=', text)
    .execute();
