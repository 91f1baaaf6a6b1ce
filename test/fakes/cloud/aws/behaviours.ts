/** AWS, where its published model says nothing: how ids look, what is refused, outputs that programs use. */
import type { Properties } from '../../../../components/local/provider/kind.ts';
import type { Behaviour } from '../behaviour.ts';

/** Ids such as `vpc-0000000000000001a`. */
const withPrefix = (prefix: string): Behaviour => ({
  id: (_inputs, cloud) => `${prefix}-${cloud.hex(17)}`,
});
/** The id is what the program gave under this name. */
const named = (property: string): Behaviour => ({ id: (inputs) => text(inputs[property]) });
export const text = (value: unknown): string => String(value ?? '');
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
export type Given = Properties;

export const awsBehaviours: Record<string, Behaviour> = {
  'aws:ec2/vpc:Vpc': withPrefix('vpc'),
  'aws:ec2/subnet:Subnet': withPrefix('subnet'),
  'aws:s3/bucket:Bucket': named('bucket'),
};
