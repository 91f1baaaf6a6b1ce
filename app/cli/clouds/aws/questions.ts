/** What `cove init aws` asks: the values that only the operator knows. */
import { commonQuestions, joinsQuestion, valueQuestion } from '../asking.ts';
import type { Question } from '../cloud.ts';

const RIGHT = {
  target: 'aws',
  accountId: '123456789012',
  region: 'eu-central-1',
  publicName: 'cove.example.org',
  dns: { kind: 'elsewhere' },
  administrator: { email: 'admin@example.org' },
};

const WORKERS_RIGHT = {
  target: 'aws',
  joins: { url: 'https://cove.example.org' },
  accountId: '123456789012',
  region: 'eu-central-1',
};

const placeQuestions = (right: Record<string, unknown>, env: NodeJS.ProcessEnv): Question[] => [
  valueQuestion(right, 'accountId', 'The account: 12 digits, as `aws sts get-caller-identity` prints them'),
  valueQuestion(
    right,
    'region',
    'The region, such as eu-central-1: near the people who work with it, and with the machines they need',
    env.AWS_REGION ?? env.AWS_DEFAULT_REGION,
  ),
];

/** Of a stack of workers. */
export const awsWorkerQuestions = (env = process.env): Question[] => [
  joinsQuestion(WORKERS_RIGHT),
  ...placeQuestions(WORKERS_RIGHT, env),
];

/** Pure, save for the environment's region. */
export const awsQuestions = (env = process.env): Question[] => [
  ...placeQuestions(RIGHT, env),
  ...commonQuestions(
    RIGHT,
    'The hosted zone of Route 53 in this account that serves this name, such as Z0123456789ABCDEFGHIJ',
  ),
];
