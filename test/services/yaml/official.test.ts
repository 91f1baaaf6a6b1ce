/**
 * `valohai.yaml` as the official library reads it: its own examples file by file, and files made up. Here a quick share
 * of them, always the same; `npm run test:yaml` makes thousands of new ones.
 */
import fc, { type Arbitrary } from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lintYaml, parseYaml, pipelineNames } from '../../../app/yaml/index.ts';
import { lacks } from '../../support/machine.ts';
import {
  conditions,
  damaged,
  durations,
  files,
  runs,
  soups,
  write,
} from '../../support/valohai-yaml/arbitraries.ts';
import * as compare from '../../support/valohai-yaml/compare.ts';
import {
  type Answer,
  Official,
  officialExamples,
  type Question,
} from '../../support/valohai-yaml/official.ts';

const many = process.env.COVE_TEST_ALL === 'true';
const COUNT = Number(process.env.COVE_TEST_FILES ?? (many ? 1500 : 100));
/** So many are asked at once. */
const BATCH = 500;
const SEED = many ? Date.now() % 2 ** 31 : 20260101;

let examples: Record<string, string>;
let official: Official;

describe.skipIf(lacks('vh'))('the official library', () => {
  beforeAll(async () => {
    examples = await officialExamples();
    official = await Official.start();
  }, 120_000);
  afterAll(() => official?.stop());

  /** The shortest of the questions on which both disagree, with what they say. */
  async function disagreement(
    questions: Question[],
    difference: (question: Question, answer: Answer) => string | null,
  ): Promise<{ question: Question; difference: string; of: number } | null> {
    const found: { question: Question; difference: string }[] = [];
    for (let from = 0; from < questions.length && found.length === 0; from += BATCH) {
      const batch = questions.slice(from, from + BATCH);
      const answers = await official.ask(batch);
      for (const [index, question] of batch.entries()) {
        const said = difference(question, answers[index] as Answer);
        if (said !== null) found.push({ question, difference: said });
      }
    }
    const length = ({ question }: (typeof found)[number]) => JSON.stringify(question).length;
    const [shortest] = found.sort((a, b) => length(a) - length(b));
    return shortest ? { ...shortest, of: found.length } : null;
  }

  const made = <T>(arbitrary: Arbitrary<T>): T[] => fc.sample(arbitrary, { numRuns: COUNT, seed: SEED });

  describe('the official examples', () => {
    it('are all there', () => {
      expect(Object.keys(examples).length).toBeGreaterThanOrEqual(68);
    });

    it.each(['read', 'lint', 'commands', 'convert'] as const)('agree: %s', async (ask) => {
      const questions = Object.values(examples)
        .filter((text) => ask === 'read' || ask === 'lint' || parseYaml(text).ok)
        .map((text): Question => ({ text, ask: [ask], commit: 'abc' }));
      expect(questions.length).toBeGreaterThan(40);
      expect(await disagreement(questions, DIFFERENCES[ask])).toBeNull();
    });

    it('hold pipelines to convert, and mistakes to find', () => {
      const texts = Object.values(examples);
      const converted = texts.flatMap((text) => {
        const parsed = parseYaml(text);
        return parsed.ok ? pipelineNames(parsed.config) : [];
      });
      expect(converted.length).toBeGreaterThanOrEqual(25);
      expect(texts.filter((text) => !lintYaml(text).ok).length).toBeGreaterThanOrEqual(28);
    });
  });

  const DIFFERENCES = {
    read: ({ text = '' }: Question, answer: Answer) => compare.differenceOfRead(text, answer.read),
    lint: ({ text = '' }: Question, answer: Answer) => compare.differenceOfLint(text, answer.lint),
    commands: (question: Question, answer: Answer) => compare.differenceOfCommands(question, answer.commands),
    convert: (question: Question, answer: Answer) => compare.differenceOfConversion(question, answer.convert),
  };

  describe(`of ${COUNT} made up (seed ${SEED}), both say the same:`, {
    timeout: many ? 3_600_000 : 120_000,
  }, () => {
    it('pieces of YAML', async () => {
      const questions = made(soups).map((text): Question => ({ text, ask: ['read'] }));
      expect(await disagreement(questions, DIFFERENCES.read)).toBeNull();
    });

    it('damaged files', async () => {
      const texts = made(damaged(Object.values(examples)));
      const questions = texts.map((text): Question => ({ text, ask: ['read', 'lint'] }));
      expect(await disagreement(questions, DIFFERENCES.read)).toBeNull();
      expect(await disagreement(questions, DIFFERENCES.lint)).toBeNull();
    });

    it('whole files, checked', async () => {
      const questions = made(files).map((text): Question => ({ text, ask: ['lint'] }));
      const valid = questions.filter(({ text = '' }) => parseYaml(text).ok).length;
      expect(valid).toBeGreaterThan(COUNT / 5);
      expect(valid).toBeLessThan(COUNT);
      expect(await disagreement(questions, DIFFERENCES.lint)).toBeNull();
    });

    it('whole files, their pipelines converted', async () => {
      const questions = made(files)
        .filter((text) => parseYaml(text).ok)
        .map(
          (text): Question => ({ text, ask: ['convert'], commit: 'abc', arguments: { a: { a: ['x', 1] } } }),
        );
      expect(await disagreement(questions, DIFFERENCES.convert)).toBeNull();
    });

    it('commands', async () => {
      const questions = made(runs).map((run): Question => ({ ...run, ask: ['commands'] }));
      expect(await disagreement(questions, DIFFERENCES.commands)).toBeNull();
    });

    it('durations', async () => {
      const questions = made(durations).map((duration): Question => ({ duration, ask: ['duration'] }));
      const difference = ({ duration = '' }: Question, answer: Answer) =>
        compare.differenceOfDuration(duration, answer.duration);
      expect(await disagreement(questions, difference)).toBeNull();
    });

    it('conditions', async () => {
      const questions = made(conditions).map((condition): Question => {
        const step = { name: 'a', image: 'i', command: 'c', 'stop-condition': condition };
        return { text: write([{ step }]).trimStart(), ask: ['lint'] };
      });
      expect(await disagreement(questions, DIFFERENCES.lint)).toBeNull();
    });
  });
});
