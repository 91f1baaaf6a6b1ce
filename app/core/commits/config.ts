import { parseYaml } from '../../yaml/index.ts';

/** A larger file is not read. */
export const MAX_YAML_BYTES = 2 * 1024 * 1024;

export interface ReadConfig {
  config: Record<string, unknown>[] | null;
  /** One line per complaint: `valohai.yaml:12:5: …` */
  config_error: string | null;
}

/** What a commit's file says, or why it cannot be used. `text` null: the commit has none of that name. */
export function readConfig(text: string | null, path: string): ReadConfig {
  if (text === null) return { config: null, config_error: `There is no ${path} in this commit.` };
  const parsed = parseYaml(text);
  if (parsed.ok) return { config: parsed.config, config_error: null };
  const lines = parsed.errors.map(({ line, column, message }) => `${path}:${line}:${column}: ${message}`);
  return { config: null, config_error: lines.join('\n') };
}
