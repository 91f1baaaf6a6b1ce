/** What `init` asks alike in every cloud, and how an answer is held to the schema. */
import { parseConfig } from '../../../config/load.ts';
import type { Question } from './cloud.ts';

type Part = Record<string, unknown>;

/** The schema's own complaint about a part of a config, the rest of which is `right`. `about`: of these lines alone. Pure. */
export function complaint(right: Part, part: Part, about = /^/): string | null {
  try {
    parseConfig(JSON.stringify({ ...right, ...part }), 'answer');
    return null;
  } catch (error) {
    const lines = (error as Error).message.split('\n').map((line) => line.replace(/^answer:\d+: /, ''));
    return lines.find((line) => about.test(line)) ?? null;
  }
}

/** A value that stands at the top of the config. `found`: offered, where this machine knows one. */
export const valueQuestion = (right: Part, key: string, explain: string, found?: string): Question => ({
  key,
  explain,
  problem: (answer) => complaint(right, { [key]: answer }, new RegExp(`\\b${key}`)),
  ...(found === undefined ? {} : { suggestion: found }),
});

/** Of a stack of workers: the installation that it joins. */
export const joinsQuestion = (right: Part): Question => ({
  key: 'joins',
  explain: 'The address of the installation that these workers join, such as https://cove.example.org',
  problem: (answer) => complaint(right, { joins: { url: answer } }, /\bjoins/),
});

/** The last ones: the public name, who serves it, and the first user. */
export const commonQuestions = (right: Part, zone: string): Question[] => [
  valueQuestion(right, 'publicName', 'The name people type into their browser, such as cove.example.org'),
  {
    key: 'zoneId',
    explain: `${zone}; empty if it is served elsewhere`,
    problem: (answer) =>
      answer === '' ? null : complaint(right, { dns: { kind: 'zone', zoneId: answer } }, /\bdns\./),
    suggestion: '',
  },
  {
    key: 'email',
    explain: "The first administrator's address",
    problem: (answer) => complaint(right, { administrator: { email: answer } }, /\badministrator/),
  },
];
