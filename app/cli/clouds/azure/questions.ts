/** What `cove init azure` asks: the values that only the operator knows. */
import { commonQuestions, valueQuestion } from '../asking.ts';
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

/** Pure, save for the environment's subscription. */
export const azureQuestions = (env = process.env): Question[] => [
  valueQuestion(
    RIGHT,
    'subscriptionId',
    'The subscription: its id, as `az account show` prints it',
    env.AZURE_SUBSCRIPTION_ID,
  ),
  valueQuestion(
    RIGHT,
    'tenantId',
    'The tenant (directory) that it belongs to: `tenantId`, as `az account show` prints it',
    env.AZURE_TENANT_ID,
  ),
  valueQuestion(
    RIGHT,
    'region',
    'The region, such as westeurope: near the people who work with it, and with the machines they need',
  ),
  ...commonQuestions(
    RIGHT,
    'The DNS zone of Azure in this subscription that serves this name, by its id (`az network dns zone list`)',
  ),
];
