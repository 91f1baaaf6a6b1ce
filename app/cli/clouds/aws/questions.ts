/** What `cove init aws` asks: the values that only the operator knows. */
import { commonQuestions, valueQuestion } from '../asking.ts';
import type { Question } from '../cloud.ts';

const RIGHT = {
  target: 'aws',
  accountId: '123456789012',
  region: 'eu-central-1',
  publicName: 'cove.example.org',
  dns: { kind: 'elsewhere' },
  administrator: { email: 'admin@example.org' },
};

/** Pure, save for the environment's region. */
export const awsQuestions = (env = process.env): Question[] => [
  valueQuestion(RIGHT, 'accountId', 'The account: 12 digits, as `aws sts get-caller-identity` prints them'),
  valueQuestion(
    RIGHT,
    'region',
    'The region, such as eu-central-1: near the people who work with it, and with the machines they need',
    env.AWS_REGION ?? env.AWS_DEFAULT_REGION,
  ),
  ...commonQuestions(
    RIGHT,
    'The hosted zone of Route 53 in this account that serves this name, such as Z0123456789ABCDEFGHIJ',
  ),
];
