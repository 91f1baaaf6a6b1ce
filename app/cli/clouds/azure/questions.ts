/** What `cove init azure` asks: the values that only the operator knows. */
import { commonQuestions, joinsQuestion, valueQuestion } from '../asking.ts';
import type { Question } from '../cloud.ts';

const RIGHT = {
  target: 'azure',
  subscriptionId: '01234567-89ab-cdef-0123-456789abcdef',
  tenantId: '89abcdef-0123-4567-89ab-cdef01234567',
  region: 'westeurope',
  publicName: 'cove.example.org',
  dns: { kind: 'elsewhere' },
  administrator: { email: 'admin@example.org' },
};

const WORKERS_RIGHT = {
  target: 'azure',
  joins: { url: 'https://cove.example.org' },
  subscriptionId: '01234567-89ab-cdef-0123-456789abcdef',
  tenantId: '89abcdef-0123-4567-89ab-cdef01234567',
  region: 'westeurope',
};

const placeQuestions = (right: Record<string, unknown>, env: NodeJS.ProcessEnv): Question[] => [
  valueQuestion(
    right,
    'subscriptionId',
    'The subscription: its id, as `az account show` prints it',
    env.AZURE_SUBSCRIPTION_ID,
  ),
  valueQuestion(
    right,
    'tenantId',
    'The tenant (directory) that it belongs to: `tenantId`, as `az account show` prints it',
    env.AZURE_TENANT_ID,
  ),
  valueQuestion(
    right,
    'region',
    'The region, such as westeurope: near the people who work with it, and with the machines they need',
  ),
];

/** Of a stack of workers. */
export const azureWorkerQuestions = (env = process.env): Question[] => [
  joinsQuestion(WORKERS_RIGHT),
  ...placeQuestions(WORKERS_RIGHT, env),
];

/** Pure, save for the environment's subscription. */
export const azureQuestions = (env = process.env): Question[] => [
  ...placeQuestions(RIGHT, env),
  ...commonQuestions(
    RIGHT,
    'The DNS zone of Azure in this subscription that serves this name, by its id (`az network dns zone list`)',
  ),
];
