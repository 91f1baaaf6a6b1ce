/** How a command ends. Scripts rely on these numbers, so they never change. */
export const EXIT = {
  done: 0,
  failed: 1,
  /** The command line or the configuration is wrong. */
  usage: 2,
  /** A policy forbids it. */
  refused: 3,
  /** Nothing broke, but a person has to decide or mend something first. */
  person: 4,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What a person can mend: `message` says what was found and needed, `todo` what to do about it. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  readonly todo: string | undefined;
  constructor(message: string, options: { exitCode?: ExitCode; todo?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'CliError';
    this.exitCode = options.exitCode ?? EXIT.failed;
    this.todo = options.todo;
  }
}

export const needsAPerson = (message: string, todo: string) =>
  new CliError(message, { exitCode: EXIT.person, todo });

/** Errors of the operating system that a person can mend, in words. */
const SYSTEM: Record<string, (error: NodeJS.ErrnoException) => string> = {
  EACCES: (error) =>
    `${error.path ?? 'A file'} may not be ${error.syscall === 'open' ? 'opened' : 'used'} by this user.`,
  EPERM: (error) => `${error.path ?? 'A file'} belongs to somebody else.`,
  EEXIST: (error) => `${error.path ?? 'A file'} is in the way: a folder is needed there.`,
  ENOTDIR: (error) => `${error.path ?? 'A file'} needs a folder where a file is in the way.`,
  ENOSPC: (error) => `The disk is full${error.path === undefined ? '' : ` (${error.path})`}.`,
  EROFS: (error) => `${error.path ?? 'The file system'} is read-only.`,
  EMFILE: () => 'Too many open files; raise the limit with `ulimit -n 4096`.',
};

/** What a person can do about an error of the operating system; undefined: nothing, or it is none. */
export const systemTrouble = (error: unknown): string | undefined =>
  error instanceof Error
    ? SYSTEM[(error as NodeJS.ErrnoException).code ?? '']?.(error as NodeJS.ErrnoException)
    : undefined;

export interface Explained {
  message: string;
  todo?: string;
  exitCode: ExitCode;
  /** Not foreseen: the stack belongs into a bug report, behind `COVE_DEBUG=1`. */
  unforeseen: boolean;
}

/** What to tell a person about an error, whatever threw it. */
export function explain(error: unknown): Explained {
  if (error instanceof CliError) {
    const told: Explained = { message: error.message, exitCode: error.exitCode, unforeseen: false };
    return error.todo === undefined ? told : { ...told, todo: error.todo };
  }
  const failure = error instanceof Error ? error : new Error(String(error));
  if (failure.name === 'ConfigError') {
    return { message: failure.message, exitCode: EXIT.usage, unforeseen: false };
  }
  const system = systemTrouble(failure);
  if (system !== undefined) return { message: system, exitCode: EXIT.person, unforeseen: false };
  const isOurs = ['CoveError', 'ProgramMissing'].includes(failure.name);
  return { message: failure.message, exitCode: EXIT.failed, unforeseen: !isOurs };
}
