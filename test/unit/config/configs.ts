/** Configs of one target in tests: the least one with some lines otherwise, and what is told of a bad one. */
import { expect } from 'vitest';
import { parseConfig } from '../../../config/load.ts';

/** Lines by key; those that are undefined are left out. */
export type Lines = Record<string, string | undefined>;

/** `required`: the values that have no default. */
export function configs(required: Record<string, string>) {
  const least = (other: Lines = {}) =>
    Object.entries({ ...required, ...other })
      .flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${value}\n`]))
      .join('');
  return {
    least,
    /** It is refused with these words, at the line of the first key of `other`, or at the file's beginning. */
    expectComplaint(other: Lines, words: string): void {
      const text = least(other);
      let told = 'nothing was complained about';
      try {
        parseConfig(text, 'prod.yaml');
      } catch (error) {
        told = (error as Error).message;
      }
      expect(told).toContain(words);
      const lines = text.split('\n');
      const line = lines.findIndex((one) => one.startsWith(`${Object.keys(other)[0]}:`)) + 1;
      expect(told).toMatch(new RegExp(`^prod\\.yaml:(${line}|1): `, 'm'));
    },
    /** Every value without a default is asked for by name. */
    expectAllAskedFor(): void {
      for (const key of Object.keys(required))
        expect(() => parseConfig(least({ [key]: undefined }), 'x.yaml')).toThrow(
          new RegExp(`${key} is missing`),
        );
    },
  };
}
