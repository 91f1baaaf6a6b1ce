/**
 * Azure's SDK names, for each resource, its type under every older version of the API, up to 45 of them, in case a stack
 * once used that one. Ours never did, and each name costs dozens of promises: half of what a preview computed.
 */
import type { Alias, Input, ResourceTransformation } from '@pulumi/pulumi';

const OF_A_VERSION = /^azure-native:\w+\/v\d{8}\w*:/;

/** Leaves away the former types that differ by a version alone; what was called otherwise altogether stays. */
export const forgetVersionedTypes: ResourceTransformation = ({ props, opts }) =>
  opts.aliases === undefined
    ? undefined
    : { props, opts: { ...opts, aliases: opts.aliases.filter((alias) => !isOfAVersion(alias)) } };

const isOfAVersion = (alias: Input<string | Alias>): boolean =>
  typeof alias === 'object' &&
  'type' in alias &&
  typeof alias.type === 'string' &&
  OF_A_VERSION.test(alias.type);
