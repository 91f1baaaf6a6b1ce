/** How AWS names things. */
import type { Behaviour } from '../behaviour.ts';
import type { FakeCloud } from '../cloud.ts';
import { text } from '../values.ts';

/** Ids such as `vpc-0000000000000001a`. */
export const withPrefix = (prefix: string): Behaviour => ({
  id: (_inputs, cloud) => `${prefix}-${cloud.hex(17)}`,
});

/** The id is what the program gave under this name. */
export const named = (property: string): Behaviour => ({ id: (inputs) => text(inputs[property]) });

export const arn = ({ region, account }: FakeCloud, service: string, rest: string): string =>
  `arn:aws:${service}:${region}:${account}:${rest}`;
