/** Names and labels of objects: what everybody's tools read, and what our own policies go by. Pure. */
import type { Input } from '@pulumi/pulumi';
import type { Space, WorkerSite } from './site.ts';

/** By which pods of one part are found. */
export const selector = ({ name }: Pick<WorkerSite, 'name'>, component: string) => ({
  'app.kubernetes.io/instance': name,
  'app.kubernetes.io/component': component,
});

export const labelsOf = (
  site: Pick<WorkerSite, 'name' | 'tags'>,
  component: string,
): Record<string, string> => ({
  ...site.tags,
  ...selector(site, component),
  'app.kubernetes.io/name': 'cove',
  'app.kubernetes.io/managed-by': 'cove',
});

export interface Meta {
  name: Input<string>;
  /** What it is part of. */
  component: string;
  /** @default 'platform' */
  space?: Space;
  annotations?: Record<string, Input<string>>;
}

/** `metadata` of an object in one of the two namespaces. */
export const metaOf = (
  site: Pick<WorkerSite, 'name' | 'tags' | 'namespaces'>,
  { name, component, space = 'platform', annotations }: Meta,
) => ({
  name,
  namespace: site.namespaces[space],
  labels: labelsOf(site, component),
  ...(annotations === undefined || Object.keys(annotations).length === 0 ? {} : { annotations }),
});
