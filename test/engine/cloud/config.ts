/** Programs of configs as an operator writes them, held to the config's own schema. */
import type { PulumiFn } from '@pulumi/pulumi/automation/index.js';
import { Config } from '../../../config/schema.ts';
import { program } from '../../../stacks/index.ts';

export type Shape = Record<string, unknown>;

const DIGEST = `sha256:${'a'.repeat(64)}`;
const image = {
  digest: DIGEST,
  source: { kind: 'archive' as const, path: '/nowhere/image.tar' },
};

/** The installation `test`; `purge` names what may go although it holds data. */
export const parseConfig = (config: Shape, purge: string[] = []): PulumiFn =>
  program({
    name: 'test',
    config: Config.parse(config),
    purge,
    images: { platform: image, vault: image },
  });
