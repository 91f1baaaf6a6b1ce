/** A person inside a running job: a program of theirs beside the job's own, in the same surroundings. */
import type { Duplex, Readable, Writable } from 'node:stream';

export interface Terminal {
  columns: number;
  rows: number;
  /** As `TERM` names it. */
  name: string;
}
export interface Wish {
  /** One shell text; null: a shell to type in. */
  command: string | null;
  /** Null: plain pipes. */
  terminal: Terminal | null;
}
export interface Entered {
  stdin: Writable;
  stdout: Readable;
  /** Null where a terminal mixes both. */
  stderr: Readable | null;
  resize(columns: number, rows: number): void;
  /** The exit code. Never rejects. */
  readonly ended: Promise<number>;
  /** Whoever started it has gone. */
  hangUp(): void;
}
export interface Inside {
  enter(wish: Wish): Promise<Entered>;
  /** Connects to a port on which the job listens. */
  connect(port: number): Promise<Duplex>;
}

/**
 * For `/bin/sh -c`, with the person's command as `$1`: the official client always asks for `/bin/bash`, which not every
 * image has. No `$1`: the best shell there is.
 */
export const ENTRANCE = `
if [ -z "$1" ] || { [ "$1" = /bin/bash ] && [ ! -x /bin/bash ]; }; then
  if [ -x /bin/bash ]; then exec /bin/bash -l; fi
  exec /bin/sh -l
fi
exec /bin/sh -c "$1"
`;
