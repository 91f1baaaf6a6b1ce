/** Writes `config/schema.json`, which editors read: `node config/generate.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CONFIG_FOLDER } from './load.ts';
import { Config, WorkersConfig } from './schema.ts';

/** The JSON Schema of a config file, as it is checked in. */
export const editorSchema = (): string =>
  `${JSON.stringify({ title: 'A Cove installation', ...z.toJSONSchema(z.union([WorkersConfig, Config]), { io: 'input' }) }, null, 2)}\n`;

if (import.meta.main) writeFileSync(join(CONFIG_FOLDER, 'schema.json'), editorSchema());
