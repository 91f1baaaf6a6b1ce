/** What `cove init kubernetes` asks: the values that only the operator knows. */
import { complaint, joinsQuestion } from '../asking.ts';
import type { Question } from '../cloud.ts';

const DIGEST = `sha256:${'0'.repeat(64)}`;
const RIGHT = {
  target: 'kubernetes',
  context: 'cove',
  state: { url: 's3://state?region=eu-central-1' },
  registry: { repository: 'registry.example.org/cove' },
  publicName: 'cove.example.org',
  certificate: { kind: 'managed', issuer: 'letsencrypt' },
  ingress: { kind: 'gateway', class: 'envoy', namespace: 'envoy-gateway-system' },
  administrator: { email: 'admin@example.org' },
  database: { kind: 'own', image: `registry.example.org/postgres@${DIGEST}` },
  queue: { kind: 'own', image: `registry.example.org/valkey@${DIGEST}` },
};
const WORKERS_RIGHT = {
  target: 'kubernetes',
  joins: { url: 'https://cove.example.org' },
  context: 'cove',
  state: { url: 's3://state?region=eu-central-1' },
  registry: { repository: 'registry.example.org/cove' },
};
type Part = Record<string, unknown>;
/** Each answer, and the part of the config that it makes. */
export const PARTS: Record<string, { explain: string; suggestion?: string; part: (answer: string) => Part }> =
  {
    context: {
      explain: 'The context of your kubeconfig, as `kubectl config get-contexts` lists them',
      part: (context) => ({ context }),
    },
    stateUrl: {
      explain:
        'A versioned bucket for the state, such as s3://cove-state?region=eu-central-1 (&endpoint=https://… for a store of your own)',
      part: (url) => ({ state: { url } }),
    },
    repository: {
      explain: 'Where the images go, and nodes pull them, such as registry.example.org/cove',
      part: (repository) => ({ registry: { repository } }),
    },
    publicName: {
      explain: 'The name people type into their browser, such as cove.example.org',
      part: (publicName) => ({ publicName }),
    },
    issuer: {
      explain: 'The ClusterIssuer of cert-manager that signs its certificate, such as letsencrypt',
      suggestion: 'letsencrypt',
      part: (issuer) => ({ certificate: { kind: 'managed', issuer } }),
    },
    gatewayClass: {
      explain:
        'The GatewayClass that requests come in by, and the namespace of its proxies, such as envoy/envoy-gateway-system',
      part(answer) {
        const [name = '', namespace = ''] = answer.split('/');
        return { ingress: { kind: 'gateway', class: name, namespace } };
      },
    },
    email: { explain: "The first administrator's address", part: (email) => ({ administrator: { email } }) },
    databaseImage: {
      explain: 'The image of PostgreSQL 17 by digest, such as registry.example.org/library/postgres@sha256:…',
      part: (image) => ({ database: { kind: 'own', image } }),
    },
    queueImage: {
      explain: 'The image of Valkey 8 by digest, such as registry.example.org/valkey/valkey@sha256:…',
      part: (image) => ({ queue: { kind: 'own', image } }),
    },
  };

const asked = (right: Record<string, unknown>, keys: string[]): Question[] =>
  keys.map((key) => {
    const { explain, suggestion, part } = PARTS[key]!;
    return {
      key,
      explain,
      problem: (answer) => complaint(right, part(answer)),
      ...(suggestion === undefined ? {} : { suggestion }),
    };
  });

/** Pure. */
export const kubernetesQuestions = (): Question[] => asked(RIGHT, Object.keys(PARTS));

/** Of a stack of workers. Pure. */
export const kubernetesWorkerQuestions = (): Question[] => [
  joinsQuestion(WORKERS_RIGHT),
  ...asked(WORKERS_RIGHT, ['context', 'stateUrl', 'repository']),
];
