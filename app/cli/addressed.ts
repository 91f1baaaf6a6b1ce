/** Hints name commands; these must mean the installation that the hint is about. */
import { shellWord } from './table.ts';

/** What to add to a command, e.g. ` -s lab`; empty for the default installation. */
export function referenceOf({ stack, config }: { stack?: string; config?: string }): string {
  if (config !== undefined) return ` --config ${shellWord(config)}`;
  return stack === undefined || stack === 'local' ? '' : ` -s ${stack}`;
}

/** Adds the reference to every `npx cove <command>` of a text. */
export const addressed = (text: string, reference: string): string =>
  text.replace(/\bnpx cove ([a-z-]+)/g, (command) => `${command}${reference}`);
