/** Data sources: what programs ask a cloud before they make anything. */
import type { Properties } from '../../../components/provider/kind.ts';
import { awsInvokes } from './aws/invokes.ts';
import { azureInvokes } from './azure/invokes.ts';
import type { FakeCloud } from './cloud.ts';
import { gcpInvokes } from './gcp/invokes.ts';

export type Invokes = Record<string, (args: Properties, cloud: FakeCloud) => Properties>;

const invokes: Invokes = { ...awsInvokes, ...azureInvokes, ...gcpInvokes };

/** A test's own answer (`cloud.answers`) comes first. Throws where nobody knows the data source. */
export async function invoke(cloud: FakeCloud, token: string, args: Properties): Promise<Properties> {
  const own = cloud.answers.get(token);
  if (own !== undefined) return own(args);
  const answer = invokes[token];
  if (answer === undefined)
    throw new Error(`the fake cloud knows no data source ${token}; add it to invokes`);
  return answer(args, cloud);
}
