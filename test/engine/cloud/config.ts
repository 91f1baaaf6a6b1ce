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
export function parseConfig(shape: Shape, purge: string[] = []): PulumiFn {
  const config = Config.parse(shape);
  const made = program({ name: 'test', config, purge, images: { platform: image, vault: image } });
  configs.set(made, config);
  return made;
}

const configs = new WeakMap<PulumiFn, Config>();
/** The config that a program was made of; undefined: it was not made here. */
export const configOf = (made: PulumiFn): Config | undefined => configs.get(made);
