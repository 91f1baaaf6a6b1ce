/** Whether the images of an installation are there, asked before the engine starts. */
import { existsSync } from 'node:fs';
import { imageSources } from '../components/images.ts';
import type { Config } from '../config/schema.ts';

/** What is missing, and what to do; undefined: nothing. */
export function imageTrouble({ images }: Exclude<Config, { target: 'local' }>): string | undefined {
  try {
    for (const { source } of Object.values(imageSources(images)))
      if (source.kind === 'archive' && !existsSync(source.path))
        return `There is no ${source.path}. Build it with \`npm run image\`, or name images.platform and images.vault in the config.`;
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
