/** What `cove init aws` asks: the values that only the operator knows. */
import { parseConfig } from '../../../../config/load.ts';
import type { Question } from '../cloud.ts';

/** Pure, save for the environment's region. */
export function awsQuestions(env = process.env): Question[] {
  const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  return [
    {
      key: 'accountId',
      explain: 'The account: 12 digits, as `aws sts get-caller-identity` prints them',
      problem: (answer) => inConfig({ accountId: answer }, /\baccountId/),
    },
    {
      key: 'region',
      explain:
        'The region, such as eu-central-1: near the people who work with it, and with the machines they need',
      problem: (answer) => inConfig({ region: answer }, /\bregion/),
      ...(region === undefined ? {} : { suggestion: region }),
    },
    {
      key: 'publicName',
      explain: 'The name people type into their browser, such as cove.example.org',
      problem: (answer) => inConfig({ publicName: answer }, /\bpublicName/),
    },
    {
      key: 'zoneId',
      explain:
        'The hosted zone of Route 53 in this account that serves this name, such as Z0123456789ABCDEFGHIJ; empty if it is served elsewhere',
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
  target: 'aws',
  accountId: '123456789012',
  region: 'eu-central-1',
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
