/** What `cove init azure` asks: the values that only the operator knows. */
import { parseConfig } from '../../../../config/load.ts';
import type { Question } from '../cloud.ts';

/** Pure, save for the environment's subscription. */
export function azureQuestions(env = process.env): Question[] {
  const { AZURE_SUBSCRIPTION_ID: subscription, AZURE_TENANT_ID: tenant } = env;
  return [
    {
      key: 'subscriptionId',
      explain: 'The subscription: its id, as `az account show` prints it',
      problem: (answer) => inConfig({ subscriptionId: answer }, /\bsubscriptionId/),
      ...(subscription === undefined ? {} : { suggestion: subscription }),
    },
    {
      key: 'tenantId',
      explain: 'The tenant (directory) that it belongs to: `tenantId`, as `az account show` prints it',
      problem: (answer) => inConfig({ tenantId: answer }, /\btenantId/),
      ...(tenant === undefined ? {} : { suggestion: tenant }),
    },
    {
      key: 'region',
      explain:
        'The region, such as westeurope: near the people who work with it, and with the machines they need',
      problem: (answer) => inConfig({ region: answer }, /\bregion/),
    },
    {
      key: 'publicName',
      explain: 'The name people type into their browser, such as cove.example.org',
      problem: (answer) => inConfig({ publicName: answer }, /\bpublicName/),
    },
    {
      key: 'zoneId',
      explain:
        'The DNS zone of Azure in this subscription that serves this name, by its id (`az network dns zone list`); empty if it is served elsewhere',
      problem: (answer) =>
        answer === '' ? null : inConfig({ dns: { kind: 'zone', zoneId: answer } }, /\bdns\./),
      suggestion: '',
    },
    {
      key: 'email',
      explain: "The first administrator's address",
      problem: (answer) => inConfig({ administrator: { email: answer } }, /\badministrator/),
    },
  ];
}

const RIGHT = {
  target: 'azure',
  subscriptionId: '01234567-89ab-cdef-0123-456789abcdef',
  tenantId: '89abcdef-0123-4567-89ab-cdef01234567',
  region: 'westeurope',
  publicName: 'cove.example.org',
  dns: { kind: 'elsewhere' },
  administrator: { email: 'admin@example.org' },
};

/** The schema's own complaint about one value, everything else being right. */
function inConfig(value: Record<string, unknown>, about: RegExp): string | null {
  try {
    parseConfig(JSON.stringify({ ...RIGHT, ...value }), 'answer');
    return null;
  } catch (error) {
    const lines = (error as Error).message.split('\n').map((line) => line.replace(/^answer:\d+: /, ''));
    return lines.find((line) => about.test(line)) ?? null;
  }
}
