/** Whether the images of an installation are there, asked before the engine starts. */
import { existsSync } from 'node:fs';
import { imageSources, platformSource } from '../components/images.ts';
import type { CloudConfig, WorkersConfig } from '../config/schema.ts';

/** What is missing, and what to do; undefined: nothing. */
export function imageTrouble(config: CloudConfig | WorkersConfig): string | undefined {
  try {
    for (const { source } of sourcesOf(config))
      if (source.kind === 'archive' && !existsSync(source.path))
        return `There is no ${source.path}. Build it with \`npm run image\`, or name images.platform and images.vault in the config.`;
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const sourcesOf = (config: CloudConfig | WorkersConfig) =>
  'joins' in config ? [platformSource(config.images)] : Object.values(imageSources(config.images));
