import { z } from 'zod';
import type { PresetView } from '../../core/presets/list.ts';
import type { Links } from '../urls.ts';
import { Time, time } from './time.ts';

export const Preset = z
  .object({
    id: z.string(),
    slug: z.string(),
    name: z.string(),
    environment: z.object({ id: z.string(), slug: z.string(), url: z.string() }),
    runtime_config: z.record(z.string(), z.unknown()),
    ctime: Time,
    mtime: Time,
    url: z.string(),
  })
  .meta({ id: 'RuntimeConfigPreset' });

export const presetShape = (row: PresetView, links: Links): z.infer<typeof Preset> => ({
  id: row.id,
  slug: row.slug,
  name: row.name,
  environment: {
    id: row.environment_id,
    slug: row.environmentSlug,
    url: links.api('environments', row.environment_id),
  },
  runtime_config: row.runtime_config,
  ctime: time(row.ctime),
  mtime: time(row.mtime),
  url: links.api('runtime-config-presets', row.id),
});
