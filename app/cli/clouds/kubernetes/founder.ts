/** What `init` asks for a cluster. It makes nothing: the bucket of the state is the operator's, and is only looked at. */
import type { KubernetesConfig } from '../../../../config/schema.ts';
import type { Founder } from '../cloud.ts';
import { inCluster } from './open.ts';
import { kubernetesQuestions, kubernetesWorkerQuestions, PARTS } from './questions.ts';
import { stateOf } from './state.ts';

export const kubernetesFounder: Founder = {
  questions: kubernetesQuestions,
  config: partsOf,
  workers: {
    questions: kubernetesWorkerQuestions,
    config: ({ joins = '', ...answers }) => ({ joins: { url: joins }, ...partsOf(answers) }),
  },
  async found(name, { context = '', stateUrl = '' }, say) {
    const state: KubernetesConfig['state'] = { url: stateUrl, secretsProvider: 'passphrase' };
    const { gitVersion } = await inCluster({ context }, (cluster) => cluster.ask('/version'));
    await stateOf({ state }).latest(name);
    say(`cluster    ${context}, Kubernetes ${gitVersion}`);
    say(`state      ${stateUrl}`);
  },
};

function partsOf(answers: Record<string, string>): Record<string, unknown> {
  return Object.assign({}, ...Object.entries(answers).map(([key, answer]) => PARTS[key]?.part(answer) ?? {}));
}
