/** Values for outputs that nobody has described: by name and type, so that a program finds something that looks right. */

import { UNKNOWN } from '../../../components/provider/diff.ts';
import type { Properties } from '../../../components/provider/kind.ts';
import { behaviourOf } from './behaviour.ts';
import type { FakeCloud } from './cloud.ts';
import { lowerFirst, type Property, shapeOf } from './shape.ts';

/** Everything that always has a value and was not given. */
export function outputsOf(cloud: FakeCloud, type: string, id: string, inputs: Properties): Properties {
  return filled(type, inputs, (name, property) => madeUp(cloud, type, id, name, property));
}

/** The same in a preview: not known yet. */
export function foreseenOutputs(type: string, inputs: Properties, known: Properties = {}): Properties {
  return filled(type, inputs, (name) => (name in known ? known[name] : UNKNOWN));
}

const TEXT: Property = { input: false, required: false, always: true, type: 'string' };

function filled(
  type: string,
  inputs: Properties,
  value: (name: string, property: Property) => unknown,
): Properties {
  const outputs: Properties = 'tagsAll' in shapeOf(type) ? { tagsAll: inputs.tags ?? {} } : {};
  for (const name of behaviourOf(type).computed ?? []) outputs[name] = value(name, TEXT);
  for (const [name, property] of Object.entries(shapeOf(type)))
    if (property.always && inputs[name] === undefined && !(name in outputs))
      outputs[name] = value(name, property);
  return outputs;
}

function madeUp(cloud: FakeCloud, type: string, id: string, name: string, property: Property): unknown {
  const [pkg = '', module = '', kind = ''] = type.split(':');
  if (pkg === 'aws') {
    if (name === 'arn')
      return `arn:aws:${module.split('/')[0]}:${cloud.region}:${cloud.account}:${lowerFirst(kind)}/${id}`;
    if (name === 'region') return cloud.region;
    if (name === 'ownerId' || name === 'registryId') return cloud.account;
  }
  if (name === 'port') return 5432;
  if (property.type === 'string') return `${name}-of-${id}`;
  if (property.type === 'number') return 0;
  if (property.type === 'boolean') return false;
  if (property.type.endsWith('[]')) return [];
  return {};
}
