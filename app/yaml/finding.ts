/** What is said of a file: where, how grave, and in words. */
import type { Path, Place } from './read.ts';

export interface Finding extends Place {
  /** An error keeps the file from being used; a warning is probably a mistake; a hint explains an error. */
  level: 'error' | 'warning' | 'hint';
  /** Stable name of the rule: `syntax`, a keyword of the schema such as `required`, or one of the linter's own. */
  rule: string;
  /** The way to the value from the top of the file. */
  path: Path;
  message: string;
}

/** A finding before its place in the text is looked up: `at` where it is not the value at `path` itself. */
export type Found = Omit<Finding, keyof Place> & { at?: Path };
