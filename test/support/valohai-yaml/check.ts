/**
 * Files of real repositories, read by us and by the official library: what each says of each, a line a file.
 *
 *     npm run check:yaml -- FILE…      ends with 1 where both disagree about a file
 */
import { readFileSync } from 'node:fs';
import { lintYaml, parseYaml, pipelineNames, stepNames } from '../../../app/yaml/index.ts';
import * as compare from './compare.ts';
import { type Answer, Official, type Question } from './official.ts';

const files = process.argv.slice(2);
if (files.length === 0) {
  process.stderr.write('Name files: npm run check:yaml -- path/valohai.yaml …\n');
  process.exit(2);
}

const official = await Official.start();
const questions = files.map((file): Question => {
  const text = readFileSync(file, 'utf8');
  // What is not usable has neither commands nor pipelines.
  const usable = parseYaml(text).ok;
  return { text, ask: usable ? ['read', 'lint', 'commands', 'convert'] : ['read', 'lint'], commit: 'abc' };
});
const answers = await official.ask(questions);
official.stop();

for (const [index, file] of files.entries()) {
  const question = questions[index] as Question;
  const found = differences(question, answers[index] as Answer);
  process.stdout.write(
    `${found.length === 0 ? 'agree' : 'DIFFER'}  ${file}: ${summary(question.text ?? '')}\n`,
  );
  for (const difference of found) process.stdout.write(`        ${difference}\n`);
  if (found.length > 0) process.exitCode = 1;
}

function differences(question: Question, answer: Answer): string[] {
  const { text = '', ask } = question;
  return [
    compare.differenceOfRead(text, answer.read),
    compare.differenceOfLint(text, answer.lint),
    ask.includes('commands') ? compare.differenceOfCommands(question, answer.commands) : null,
    ask.includes('convert') ? compare.differenceOfConversion(question, answer.convert) : null,
  ].filter((difference) => difference !== null);
}

function summary(text: string): string {
  const { findings } = lintYaml(text);
  const said = findings.map(({ level, line, column, message }) => `${level} ${line}:${column} ${message}`);
  const parsed = parseYaml(text);
  const holds = parsed.ok
    ? `steps ${stepNames(parsed.config).join(', ') || 'none'}; pipelines ${pipelineNames(parsed.config).join(', ') || 'none'}`
    : 'not usable';
  return [holds, ...said].join('\n        ');
}
