/** How Google Cloud names things: paths that begin with the project. */
import type { Properties } from '../../../../components/provider/kind.ts';
import type { Behaviour } from '../behaviour.ts';
import { type FakeCloud, Refused } from '../cloud.ts';
import { text } from '../values.ts';

export const projectOf = (inputs: Properties, cloud: FakeCloud): string =>
  text(inputs.project ?? cloud.configuration.project ?? cloud.account);

const COMPUTE = 'https://www.googleapis.com/compute/v1/';
/** Source: Compute Engine, "Naming resources". */
const NAME = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** A path below the project; `{name}` and the like are what the program gave. */
export function at(path: string, more: Behaviour = {}): Behaviour {
  return {
    id: (inputs, cloud) =>
      `projects/${projectOf(inputs, cloud)}/${path.replaceAll(/\{(\w+)\}/g, (_, property: string) =>
        text(inputs[property] ?? (property === 'region' ? cloud.region : '')),
      )}`,
    ...more,
    outputs: (inputs, id, cloud) => ({
      project: projectOf(inputs, cloud),
      ...more.outputs?.(inputs, id, cloud),
    }),
  };
}

/** A thing of Compute Engine: its path, an address of its own, and a name that follows Google's rule. */
export function compute(path: string, more: Behaviour = {}): Behaviour {
  const base = at(path, more);
  return {
    ...base,
    outputs: (inputs, id, cloud) => ({
      selfLink: `${COMPUTE}${id}`,
      ...base.outputs?.(inputs, id, cloud),
    }),
    refuseCreate(inputs, cloud) {
      if (inputs.name !== undefined && !NAME.test(text(inputs.name)))
        throw new Refused(`badRequest: Invalid value for field 'resource.name': '${text(inputs.name)}'`);
      more.refuseCreate?.(inputs, cloud);
    },
  };
}

/** The same of what one may do with another: `<what>/<role>/<member>`. */
export const member = (of: string): Behaviour => ({
  id: (inputs) => [text(inputs[of]), text(inputs.role), text(inputs.member)].join('/'),
  immutable: true,
  autoName: null,
  // Said twice it is the same.
  upserts: true,
});

const MUST_EXIST: Record<string, string> = {
  networks: 'gcp:compute/network:Network',
  subnetworks: 'gcp:compute/subnetwork:Subnetwork',
  secrets: 'gcp:secretmanager/secret:Secret',
};

/** Names of things in what was given that lead to nothing; what is in other projects is not known here. */
export function danglingNames(value: unknown, cloud: FakeCloud): string[] {
  if (typeof value === 'string') {
    const [, project, kind = ''] =
      /^projects\/([^/]+)\/(?:global\/|regions\/[^/]+\/)?(\w+)\/[^/]+$/.exec(value) ?? [];
    const type = project === projectOf({}, cloud) ? MUST_EXIST[kind] : undefined;
    return type === undefined || cloud.find(type, value) !== undefined ? [] : [value];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((part) => danglingNames(part, cloud));
}
