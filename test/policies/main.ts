/**
 * `npm run policies [-- FILE…]`: every config under the policies, on the real engine with fake clouds. It needs no
 * credentials and changes nothing anywhere. Exit code 3: a policy is broken; 2: a config is wrong; 1: it could not be judged.
 */
import { readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../../toolchain/root.js';
import { judge, type Verdict } from './judge.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } });
const files =
  positionals.length > 0
    ? positionals.map((file) => resolve(process.env.INIT_CWD ?? root, file))
    : readdirSync(join(root, 'config'))
        .filter((file) => file.endsWith('.yaml'))
        .map((file) => join(root, 'config', file));

const verdicts: Verdict[] = [];
let worst = 0;
for (const file of files) {
  try {
    const verdict = await judge(file);
    verdicts.push(verdict);
    if (!values.json) say(verdict);
    if (verdict.violations.length > 0) worst = Math.max(worst, 3);
  } catch (error) {
    const { name, message } = error as Error;
    console.error(`FAILED ${show(file)}\n${words(message)}`);
    worst = Math.max(worst, name === 'ConfigError' ? 2 : 1);
  }
}
if (values.json) console.log(JSON.stringify(verdicts, null, 2));
else table(verdicts);
process.exitCode = worst;

/** Of all that the engine prints, what went wrong. */
function words(message: string): string {
  const errors = message.split('\n').filter((line) => /^\s*error: /.test(line));
  return errors.length === 0 ? message : [...new Set(errors.map((line) => line.trim()))].join('\n');
}

function say({ file, violations, advice, seconds }: Verdict): void {
  console.log(`${violations.length === 0 ? 'ok    ' : 'FAILED'} ${show(file)} (${seconds.toFixed(1)} s)`);
  for (const { resource, message } of violations)
    console.log(`  ${resource === '' ? '' : `${resource}: `}${message}`);
  for (const { resource, message } of advice)
    console.log(`  advice: ${resource === '' ? '' : `${resource}: `}${message}`);
}

function table(all: Verdict[]): void {
  const rows = all.map((one) => [
    show(one.file),
    one.target,
    one.profile || '-',
    String(one.violations.length),
    String(one.advice.length),
    `${one.seconds.toFixed(1)} s`,
  ]);
  const lines = [['config', 'target', 'profile', 'violations', 'advice', 'time'], ...rows];
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  console.log('');
  for (const line of lines)
    console.log(
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    );
}

function show(file: string): string {
  const inside = relative(root, file);
  return inside.startsWith('..') ? file : inside;
}
