/** Long work, step by step: redrawn on a terminal, plain lines elsewhere. */
import { Listr } from 'listr2';
import type { Io } from './io.ts';

export interface Step {
  title: string;
  /** Returns what to say when it is done, e.g. "no change". `say` shows a passing line. */
  run(say: (line: string) => void): Promise<string | undefined>;
}

const SIGN_OF_LIFE_MS = 30_000;

/** Runs the steps in order and stops at the first failure, which is thrown as it is. */
export async function runSteps(io: Io, steps: Step[]): Promise<void> {
  if (!io.terminal) return runPlainly(io, steps);
  let failure: unknown;
  const list = new Listr(
    steps.map((step) => ({
      title: step.title,
      task: async (_: unknown, task: { title: string; output: string }) => {
        try {
          const outcome = await step.run((line) => {
            task.output = line;
          });
          if (outcome !== undefined) task.title = `${step.title}: ${outcome}`;
        } catch (error) {
          failure = error;
          throw error;
        }
      },
    })),
    { rendererOptions: { showErrorMessage: false, collapseErrors: false }, registerSignalListeners: false },
  );
  try {
    await list.run();
  } catch (error) {
    throw failure ?? error;
  }
}

async function runPlainly(io: Io, steps: Step[]): Promise<void> {
  for (const step of steps) {
    const start = Date.now();
    let told = '';
    let toldAt = 0;
    io.say(`${step.title} ...`);
    const outcome = await step.run((line) => {
      // Numbers in brackets at the end only count up: a sign of life now and then will do.
      const what = line.replace(/ \([^()]*\)$/, '');
      if (what === told && Date.now() - toldAt < SIGN_OF_LIFE_MS) return;
      io.say(`  ${line}`);
      told = what;
      toldAt = Date.now();
    });
    const seconds = ((Date.now() - start) / 1000).toFixed(1);
    io.say(`${step.title}: ${outcome ?? 'done'} (${seconds} s)`);
  }
}
