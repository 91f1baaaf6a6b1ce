/** The official Python library as the judge of ours: many questions, one process. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { officialClient, officialCorpus } from '../../setup/python.ts';

export interface Question {
  text?: string;
  ask: ('read' | 'lint' | 'commands' | 'convert' | 'duration')[];
  /** For `commands`: by step, values of its parameters. */
  values?: Record<string, Record<string, unknown>>;
  commit?: string;
  arguments?: Record<string, Record<string, unknown>>;
  duration?: string | number;
}
interface Crash {
  /** The library broke: no words for a person, but no answer either. */
  crash: string;
}
export interface Answer {
  read: { value: unknown } | { refused: string; line?: number | null; column?: number | null };
  lint:
    | Crash
    | {
        counts: { error: number; warning: number; hint: number };
        /** Null: the file is not YAML. */
        schema: { path: string[]; rule: string }[] | null;
        messages: { level: string; message: string }[];
      };
  commands: Crash | { step: string; refused?: [string, string][]; commands?: string[]; joined?: string }[];
  convert: Crash | Record<string, unknown>;
  duration: Crash | number | null;
}

/** One process, asked as often as wanted. */
export class Official {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  #errors = '';

  constructor(python: string) {
    this.#child = spawn(python, [fileURLToPath(new URL('official.py', import.meta.url))]);
    this.#child.stderr.on('data', (data) => {
      this.#errors += data;
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  static async start(): Promise<Official> {
    return new Official(join(dirname(process.env.COVE_TEST_VH ?? (await officialClient())), 'python'));
  }

  async ask(questions: Question[]): Promise<Answer[]> {
    this.#child.stdin.write(`${JSON.stringify(questions)}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`the official library gave no answers:\n${this.#errors.slice(-2000)}`);
    return JSON.parse(value);
  }

  stop(): void {
    this.#child.stdin.end();
  }
}

const FOLDERS = ['examples', 'tests/valid_examples', 'tests/error_examples', 'tests/warning_examples'];

/** The library's own examples, by name. */
export async function officialExamples(): Promise<Record<string, string>> {
  const corpus = await officialCorpus();
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(corpus, folder))
      .filter((file) => /\.ya?ml$/.test(file))
      .map((file) => join(corpus, folder, file)),
  );
  return Object.fromEntries(
    files.map((file) => [`${basename(dirname(file))}/${basename(file)}`, readFileSync(file, 'utf8')]),
  );
}
