/**
 * Secret variables reach a container by its standard input: what the Engine is told of a container, everybody reads who may
 * ask the Engine.
 */

import { hasSecret } from './executor.ts';

/** What a shell can set. Another name stays with the Engine: shells mostly drop it anyway. */
const SHELL_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const NEWLINE = '_cove_newline';

/**
 * For `/bin/sh -c`, with the shell as `$0` and the command as `$1`: sets one assignment a line, up to a dot. Where they
 * do not all come, the command does not begin.
 */
export const READ_SECRETS = `${NEWLINE}='
'
while IFS= read -r _cove_line || exit 125; [ "$_cove_line" != . ]; do eval "export $_cove_line"; done
exec </dev/null
exec "$0" -c "$1"`;

export interface Split {
  /** For the Engine. */
  told: Record<string, string>;
  /** For standard input. */
  hidden: Record<string, string>;
}

/** Parts variables by whether a secret is in their values. */
export function splitSecrets(environment: Record<string, string>, secrets?: readonly string[]): Split {
  const isHidden = ([name, value]: [string, string]) => SHELL_NAME.test(name) && hasSecret(value, secrets);
  const all = Object.entries(environment);
  return {
    told: Object.fromEntries(all.filter((one) => !isHidden(one))),
    hidden: Object.fromEntries(all.filter(isHidden)),
  };
}

/** What `READ_SECRETS` reads. */
export function secretLines(hidden: Record<string, string>): string {
  const quoted = (value: string) => `'${value.replaceAll("'", "'\\''").replaceAll('\n', `'"$${NEWLINE}"'`)}'`;
  return [...Object.entries(hidden).map(([name, value]) => `${name}=${quoted(value)}`), '.', ''].join('\n');
}
