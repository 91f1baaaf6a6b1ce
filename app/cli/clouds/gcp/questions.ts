/** What `cove init gcp` asks: the values that only the operator knows. */
import { commonQuestions, joinsQuestion, valueQuestion } from '../asking.ts';
import type { Question } from '../cloud.ts';

const RIGHT = {
  target: 'gcp',
  projectId: 'ml-platform-1234',
  region: 'europe-west4',
  publicName: 'cove.example.org',
  dns: { kind: 'elsewhere' },
  administrator: { email: 'admin@example.org' },
};

const WORKERS_RIGHT = {
  target: 'gcp',
  joins: { url: 'https://cove.example.org' },
  projectId: 'ml-platform-1234',
  region: 'europe-west4',
};

const placeQuestions = (right: Record<string, unknown>, env: NodeJS.ProcessEnv): Question[] => [
  valueQuestion(
    right,
    'projectId',
    'The project: its id, as `gcloud config get project` prints it',
    env.GOOGLE_CLOUD_PROJECT,
  ),
  valueQuestion(
    right,
    'region',
    'The region, such as europe-west4: near the people who work with it, and with the machines they need',
  ),
];

/** Of a stack of workers. */
export const gcpWorkerQuestions = (env = process.env): Question[] => [
  joinsQuestion(WORKERS_RIGHT),
  ...placeQuestions(WORKERS_RIGHT, env),
];

/** Pure, save for the environment's project. */
export const gcpQuestions = (env = process.env): Question[] => [
  ...placeQuestions(RIGHT, env),
  ...commonQuestions(
    RIGHT,
    'The public zone of Cloud DNS that serves this name, as projects/…/managedZones/…',
  ),
];
