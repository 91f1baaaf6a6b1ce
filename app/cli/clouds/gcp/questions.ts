/** What `cove init gcp` asks: the values that only the operator knows. */
import { commonQuestions, valueQuestion } from '../asking.ts';
import type { Question } from '../cloud.ts';

const RIGHT = {
  target: 'gcp',
  projectId: 'ml-platform-1234',
  region: 'europe-west4',
  publicName: 'cove.example.org',
  dns: { kind: 'elsewhere' },
  administrator: { email: 'admin@example.org' },
};

/** Pure, save for the environment's project. */
export const gcpQuestions = (env = process.env): Question[] => [
  valueQuestion(
    RIGHT,
    'projectId',
    'The project: its id, as `gcloud config get project` prints it',
    env.GOOGLE_CLOUD_PROJECT,
  ),
  valueQuestion(
    RIGHT,
    'region',
    'The region, such as europe-west4: near the people who work with it, and with the machines they need',
  ),
  ...commonQuestions(
    RIGHT,
    'The public zone of Cloud DNS that serves this name, as projects/…/managedZones/…',
  ),
];
