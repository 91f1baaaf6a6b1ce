/** What `cove init gcp` asks: the values that only the operator knows. */
import { parseConfig } from '../../../../config/load.ts';
import type { Question } from '../cloud.ts';

/** Pure, save for the environment's project. */
export function gcpQuestions(env = process.env): Question[] {
  const { GOOGLE_CLOUD_PROJECT: project } = env;
  return [
    {
      key: 'projectId',
      explain: 'The project: its id, as `gcloud config get project` prints it',
      problem: (answer) => inConfig({ projectId: answer }, /\bprojectId/),
      ...(project === undefined ? {} : { suggestion: project }),
    },
    {
      key: 'region',
      explain:
        'The region, such as europe-west4: near the people who work with it, and with the machines they need',
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
        'The public zone of Cloud DNS that serves this name, as projects/…/managedZones/…; empty if it is served elsewhere',
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
  target: 'gcp',
  projectId: 'ml-platform-1234',
  region: 'europe-west4',
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
