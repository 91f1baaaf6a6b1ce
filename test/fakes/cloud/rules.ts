/** Rules of a type: what the SDK's declarations say, the clouds' published models, and what is written by hand. */
import type { Properties } from '../../../components/local/provider/kind.ts';
import { behaviourOf } from './behaviour.ts';
import type { FakeCloud } from './cloud.ts';
import { shapeOf } from './shape.ts';

export interface Failure {
  property: string;
  reason: string;
}

/** What a cloud would not take. Unknown values are passed over. */
export function failuresOf(type: string, inputs: Properties, _cloud: FakeCloud): Failure[] {
  const failures: Failure[] = [];
  const shape = shapeOf(type);
  for (const [property, { required, input }] of Object.entries(shape)) {
    const given = inputs[property] !== undefined && inputs[property] !== null;
    if (required && !given) failures.push({ property, reason: `Missing required property '${property}'` });
    if (!input && given) failures.push({ property, reason: `'${property}' is computed; it cannot be given` });
  }
  return failures;
}

/** A change of this property makes another resource. */
export function replacesOn(type: string, _property: string): boolean {
  return behaviourOf(type).immutable === true;
}
