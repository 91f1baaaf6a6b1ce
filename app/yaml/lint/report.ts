import type { Found } from '../finding.ts';
import type { Path } from '../read.ts';

/** Collects what the rules find. The words are the official linter's, so that who knows them finds them again. */
export class Report {
  readonly found: Found[] = [];

  error(rule: string, path: Path, message: string): void {
    this.found.push({ level: 'error', rule, path, message });
  }

  warning(rule: string, path: Path, message: string): void {
    this.found.push({ level: 'warning', rule, path, message });
  }
}
