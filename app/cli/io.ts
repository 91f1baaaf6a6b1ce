/** Where a command's words go: text for people, one JSON document for programs, questions only to a terminal. */
import { createInterface } from 'node:readline/promises';
import { addressed, referenceOf } from './addressed.ts';
import { needsAPerson } from './errors.ts';

export interface Io {
  readonly json: boolean;
  readonly yes: boolean;
  /** A person sits there: progress may be redrawn and questions asked. */
  readonly terminal: boolean;
  /** A line for people; with `--json` it goes to stderr. */
  say(line?: string): void;
  /** The command's result: printed as JSON with `--json`, otherwise by `text`. */
  result(value: unknown, text: () => void): void;
  /** Asks for a yes. `--yes` answers it; without a terminal it is an error with exit code 4. */
  confirm(question: string, todo?: string): Promise<boolean>;
}

// A reader that has seen enough (`cove status | head -1`) must not end long work, nor be an error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

export function makeIo(options: { json: boolean; yes: boolean; stack?: string; config?: string }): Io {
  const reference = referenceOf(options);
  const out = options.json ? process.stderr : process.stdout;
  const terminal = !options.json && process.stdout.isTTY === true && process.stdin.isTTY === true;
  return {
    json: options.json,
    yes: options.yes,
    terminal,
    say: (line = '') => void out.write(`${addressed(line, reference)}\n`),
    result(value, text) {
      if (options.json) process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
      else text();
    },
    async confirm(question, todo = 'Run it again with --yes.') {
      if (options.yes) return true;
      if (!terminal) throw needsAPerson(`${question} There is no terminal to ask.`, todo);
      const prompt = createInterface({ input: process.stdin, output: process.stdout });
      try {
        return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `)).trim());
      } finally {
        prompt.close();
      }
    },
  };
}

/** Ends a command that was not wanted after all. */
export const declined = () => needsAPerson('Nothing was done.', 'Answer yes to go on.');

/** Everything on standard input; refuses to wait for a person's typing without saying so. */
export async function readStandardInput(): Promise<string> {
  let text = '';
  process.stdin.setEncoding('utf8');
  for await (const piece of process.stdin) text += piece;
  return text;
}
