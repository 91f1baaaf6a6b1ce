/** The questions of `init`: from options where given, else from a person, checked as they are typed. */
import { createInterface } from 'node:readline/promises';
import type { Question } from '../clouds/cloud.ts';
import { CliError, EXIT } from '../errors.ts';
import type { Io } from '../io.ts';

/** `accountId` → `account-id`, the name of the option. */
export const optionOf = (key: string) => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** All answers; throws what is wrong with the options, all of it at once, before anything is asked. */
export async function answersOf(
  io: Io,
  questions: Question[],
  given: Record<string, unknown>,
): Promise<Record<string, string>> {
  const answers: Record<string, string> = {};
  const wrong: string[] = [];
  for (const { key, suggestion, problem, explain } of questions) {
    const value = given[key];
    const answer = value === undefined ? undefined : String(value).trim();
    const canAsk = io.terminal && !io.yes;
    const chosen = answer ?? (canAsk ? undefined : suggestion);
    if (chosen === undefined && canAsk) continue;
    if (chosen === undefined) {
      wrong.push(`--${optionOf(key)} is missing: ${explain}`);
      continue;
    }
    const trouble = problem(chosen);
    if (trouble === null) answers[key] = chosen;
    else wrong.push(`--${optionOf(key)}: ${trouble}`);
  }
  if (wrong.length > 0) throw new CliError(wrong.join('\n'), { exitCode: EXIT.usage });
  const open = questions.filter(({ key }) => answers[key] === undefined);
  return open.length === 0 ? answers : { ...answers, ...(await asked(io, open)) };
}

async function asked(io: Io, questions: Question[]): Promise<Record<string, string>> {
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  const answers: Record<string, string> = {};
  try {
    for (const { key, explain, suggestion, problem } of questions) {
      io.say(explain);
      for (;;) {
        const offer = suggestion === undefined || suggestion === '' ? '' : ` [${suggestion}]`;
        const typed = (await prompt.question(`  ${key}${offer}: `)).trim();
        const answer = typed === '' ? (suggestion ?? '') : typed;
        const trouble = problem(answer);
        if (trouble === null) {
          answers[key] = answer;
          break;
        }
        io.say(`  ${trouble}`);
      }
    }
    return answers;
  } finally {
    prompt.close();
  }
}
