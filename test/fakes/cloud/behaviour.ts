/** What is special about a type, beyond its shape and its generated rules. Written by hand; one table per provider. */
import type { Properties } from '../../../components/provider/kind.ts';
import { awsBehaviours } from './aws/behaviours.ts';
import { azureBehaviours } from './azure/behaviours.ts';
import type { CloudResource, FakeCloud } from './cloud.ts';
import { coveBehaviours } from './cove.ts';
import { gcpBehaviours } from './gcp/behaviours.ts';
import { kubernetesBehaviour } from './kubernetes/behaviours.ts';
import { randomBehaviours } from './random.ts';
import { tlsBehaviours } from './tls.ts';

export interface Behaviour {
  /** How the cloud names it. @default a name of no meaning */
  id?(inputs: Properties, cloud: FakeCloud): string;
  /** Computed outputs that mean something; the rest are made up by name and type. */
  outputs?(inputs: Properties, id: string, cloud: FakeCloud): Properties;
  /** Outputs of a type that no SDK describes. */
  computed?: readonly string[];
  /** The property that gets a name where the program gives none. @default `name`, where the type has it */
  autoName?: string | null;
  /** Longest that the name may be. */
  longestName?: number;
  /** Everything about it is fixed once it is made. */
  immutable?: boolean;
  /** These too, beyond what the model says. */
  forcesNew?: readonly string[];
  /** Paths below the properties whose change makes another one, which differ; where it keeps its name, the old goes first. */
  replaces?(type: string, olds: Properties, news: Properties): string[];
  /** Outputs that another update gives a new value. */
  changesOnUpdate?: readonly string[];
  /** What only one of this type may have. */
  unique?(inputs: Properties): string;
  /** Throws `Refused`. */
  refuseCreate?(inputs: Properties, cloud: FakeCloud): void;
  refuseUpdate?(inputs: Properties, resource: CloudResource, cloud: FakeCloud): void;
  refuseDelete?(resource: CloudResource, cloud: FakeCloud): void;
  /** What it leaves behind. */
  deleted?(resource: CloudResource, cloud: FakeCloud): void;
  /** One that is there already is taken over by a creation. */
  upserts?: boolean;
  /** Its users do not keep it from going. */
  mayGoWhileUsed?: boolean;
}

const behaviours: Record<string, Behaviour> = {
  ...awsBehaviours,
  ...azureBehaviours,
  ...coveBehaviours,
  ...gcpBehaviours,
  ...randomBehaviours,
  ...tlsBehaviours,
};

export const behaviourOf = (type: string): Behaviour =>
  behaviours[type] ?? (type.startsWith('kubernetes:') ? kubernetesBehaviour(type) : {});
