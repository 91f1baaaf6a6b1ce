import { z } from 'zod';
import type { VariableGroupView } from '../../core/variable-groups/view.ts';
import type { Links } from '../urls.ts';
import { Time, time } from './time.ts';

/** By name; a secret one's value is null. */
export const Variables = z.record(
  z.string(),
  z.object({ value: z.string().nullable(), secret: z.boolean() }),
);
export const variablesShape = (
  rows: readonly { name: string; value: string | null; secret: boolean }[],
): z.infer<typeof Variables> =>
  Object.fromEntries(rows.map(({ name, value, secret }) => [name, { value, secret }]));

export const VariableGroup = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    owner: z.object({ id: z.string(), username: z.string() }),
    environment_variables: Variables,
    read_only: z.boolean(),
    ctime: Time,
    mtime: Time,
    url: z.string(),
  })
  .meta({ id: 'VariableGroup' });

export const variableGroupShape = (row: VariableGroupView, links: Links): z.infer<typeof VariableGroup> => ({
  id: row.id,
  name: row.name,
  description: row.description,
  owner: { id: row.organization_id, username: row.owner },
  environment_variables: variablesShape(row.variables),
  read_only: row.readOnly,
  ctime: time(row.ctime),
  mtime: time(row.mtime),
  url: links.api('environment-variable-groups', row.id),
});
