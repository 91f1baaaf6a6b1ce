/** Which resources hold what nobody can make again. */
import type { StateResource } from '../engine/state-file.ts';

/** By the type's last two parts, whatever the provider. */
const HOLDS_DATA = [
  /^aws:(rds\/(instance|cluster):|s3\/bucket:|efs\/fileSystem:|secretsmanager\/secret:|kms\/key:)/,
  /^cove:local:(PostgresCluster|SecretFile)$/,
];

export const holdsData = (type: string, isProtected = false): boolean =>
  isProtected || HOLDS_DATA.some((pattern) => pattern.test(type));

/** The cloud itself refuses to delete it, until an `up` takes that from it. */
export const guardsItself = ({ custom, inputs = {} }: StateResource): boolean =>
  custom === true && (inputs.deletionProtection === true || inputs.enableDeletionProtection === true);

/** What stays when everything else is destroyed: protected resources, and what they stand on. */
export function remaining(resources: StateResource[]): { kept: StateResource[]; stoodOn: StateResource[] } {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const kept = resources.filter(({ protect, custom }) => protect === true && custom === true);
  const stoodOn = new Set<StateResource>();
  const visit = (resource: StateResource) => {
    for (const urn of [...(resource.dependencies ?? []), resource.parent ?? '']) {
      const below = byUrn.get(urn);
      if (below === undefined || stoodOn.has(below)) continue;
      if (!kept.includes(below)) stoodOn.add(below);
      visit(below);
    }
  };
  for (const resource of kept) visit(resource);
  return { kept, stoodOn: [...stoodOn].filter(({ custom, type }) => custom && !type.startsWith('pulumi:')) };
}
