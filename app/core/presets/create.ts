import { z } from 'zod';
import { withTransaction } from '../../platform/postgres.ts';
import { audit } from '../audit.ts';
import type { Context } from '../context.ts';
import { invalid } from '../errors.ts';
import { runtimeConfig } from '../executions/runtime-config.ts';
import { environmentToChange } from './access.ts';
import type { PresetView } from './list.ts';

export const CreatePreset = z.object({
  environment: z.string().describe('Id or slug.'),
  slug: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,98}[a-z0-9])?$/, 'Lower-case letters, digits and - only.'),
  name: z.string().trim().min(1).max(200),
  runtime_config: z
    .record(z.string(), z.unknown())
    .default({})
    .describe("As an execution's own, which is laid over it."),
});

/** Makes a preset of an environment; its slug is unique there. */
export async function createPreset(
  context: Context,
  input: z.infer<typeof CreatePreset>,
): Promise<PresetView> {
  const runtime_config = JSON.stringify(runtimeConfig(input.runtime_config));
  return withTransaction(context.platform.db, async (tx) => {
    const environment = await environmentToChange(tx, context, input.environment);
    const { slug, name } = input;
    const made = await tx
      .insertInto('runtime_config_presets')
      .values({ environment_id: environment.id, slug, name, runtime_config })
      .onConflict((on) => on.doNothing())
      .returningAll()
      .executeTakeFirst();
    if (!made)
      throw invalid('slug', `Environment ${environment.slug} has a preset ${slug} already.`, 'unique');
    await audit(tx, context, 'preset.create', { id: made.id }, { slug, environment: environment.slug });
    return { ...made, environmentSlug: environment.slug };
  });
}
