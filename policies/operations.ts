/** OPS: that one can find it, keep it, and hear when it is unwell. */
import type { Facts } from './facts.ts';
import { each, forKinds, type Policy, policy } from './policy.ts';
import { type Props, type Resource, yes } from './resource.ts';
import { PROTECTED, TAGGABLE } from './resources/kinds.ts';
import { isWatchedOver } from './resources/watching.ts';

/** Tags in whatever shape: a map, a list of pairs, labels. */
function tagsOf({ props, kind }: Resource): Record<string, string> {
  const given: Props = kind.startsWith('kubernetes.')
    ? props.metadata?.labels
    : kind.startsWith('gcp.')
      ? // Its tags are what firewall rules go by.
        (props.labels ?? props.userLabels)
      : props.tags;
  const own = Array.isArray(given)
    ? Object.fromEntries(given.map(({ key, value }) => [key, value]))
    : (given ?? {});
  return { ...props.tagsAll, ...props.pulumiLabels, ...own };
}
/** Each cloud's word for it: Kubernetes has names of its own that everybody's tools read. */
const KEYS: Record<string, string[]> = {
  installation: ['installation', 'app.kubernetes.io/instance'],
  'managed-by': ['managed-by', 'app.kubernetes.io/managed-by'],
  valohai: ['valohai'],
};

function* untagged(resource: Resource, { installation }: Facts): Iterable<string> {
  const tags = tagsOf(resource);
  const missing = Object.entries(KEYS).filter(([, names]) => !names.some((name) => tags[name]));
  if (missing.length > 0) yield `it has no tag ${missing.map(([name]) => name).join(', ')}`;
  const [of] = (KEYS.installation ?? []).map((name) => tags[name]).filter(Boolean);
  if (installation !== '' && of !== undefined && of !== installation) yield `its tag says installation ${of}`;
}

const tags = policy({
  id: 'OPS-01',
  severity: 'medium',
  needed: 'the tags installation, managed-by and valohai on everything that can carry them',
  why: 'Rights, firewall rules and bills are told apart by them; what has none belongs to nobody.',
  todo: 'give it the tags of components/tags.ts',
  on: 'MMMM-',
  seeAlso: ['WA'],
  check: each(forKinds(TAGGABLE, untagged)),
});

const protects = policy({
  id: 'OPS-02',
  severity: 'medium',
  needed: 'what holds data is protected in prod: nothing deletes or replaces it in passing',
  why: 'One changed line must not be able to take the data with it.',
  todo: 'set protect: true; `cove destroy --purge` is the way to be rid of it',
  on: 'MMMMM',
  seeAlso: ['WA'],
  check: each({
    ...forKinds(PROTECTED, function* ({ protect }, { profile }) {
      if (profile === 'prod' && !protect) yield 'it is not protected';
    }),
    *'cove.Folder'({ name, props }) {
      if (['data', 'keys', 'store', 'redis-data'].includes(name) && !yes(props.keep))
        yield 'it goes when the installation goes';
    },
  }),
});

const watched = policy({
  id: 'OPS-03',
  severity: 'low',
  needed:
    'logs with an end, alarms for health, disks, the database’s storage and the certificate’s end, and a budget',
  why: 'A full disk and an expired certificate are the two outages that everybody sees coming, if somebody looks.',
  todo: 'set `logDays`, `alarms` and `budget`',
  on: 'MMMAA',
  mildInDev: true,
  scope: 'stack',
  seeAlso: ['CKV_AWS_66', 'CKV_AWS_338', 'WA'],
  check: isWatchedOver,
});

export const operations: Policy[] = [tags, protects, watched];
