/** Aliases from the metadata of a run's outputs (contract 3.4), in the transaction that makes the files. */
import type { Kysely } from 'kysely';
import type { Database } from '../../platform/tables.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { nameProblem } from '../data/address.ts';
import { storable } from '../storable.ts';
import { pointAlias } from './record.ts';

/** Every file that asks for it gets the alias; of several files the last one keeps it. */
export async function aliasesFromOutputs(
  tx: Kysely<Database>,
  context: Context,
  projectId: string,
  data: readonly { id: string; name: string; metadata: Record<string, unknown> }[],
  complain: (message: string) => void,
): Promise<void> {
  const pointed = new Map<string, string>();
  for (const datum of data) {
    for (const name of wanted(datum.metadata['valohai.alias'])) {
      const problem = typeof name === 'string' ? nameProblem(name) : 'must be a text';
      if (problem === null) pointed.set(storable(name as string), datum.id);
      else complain(`${datum.name}: valohai.alias: ${JSON.stringify(name)} ${problem}`);
    }
  }
  // In one order everywhere, so that two runs never wait for one another in a circle.
  for (const [name, datumId] of [...pointed].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { id, before } = await pointAlias(tx, { projectId, name, datumId });
    await audit(tx, context, 'datum_alias.point', { id, projectId }, { name, datum: datumId, before });
  }
}

const wanted = (value: unknown): unknown[] => (value === undefined || value === null ? [] : [value].flat());
