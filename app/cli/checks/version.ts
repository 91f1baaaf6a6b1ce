/** Programs on PATH that are used as they are: which version is there, which is needed. */
import { execFile } from 'node:child_process';
import { type Finding, fail, ok, warn } from './finding.ts';

interface Wanted {
  name: string;
  command: string;
  args: string[];
  /** Oldest version that will do, e.g. `[3, 8]`. */
  minimum: [number, number];
  todo: string;
  /** Its absence is told, but stops nothing. */
  optional?: boolean;
}

export const GIT: Wanted = {
  name: 'git',
  command: 'git',
  args: ['--version'],
  minimum: [2, 20],
  todo: 'Install git, e.g. with `apt-get install git` or `brew install git`.',
};
export const PYTHON: Wanted = {
  name: 'python3',
  command: 'python3',
  args: ['--version'],
  minimum: [3, 8],
  todo: 'Install Python 3, e.g. with `apt-get install python3`; the example needs it where no container can run.',
  optional: true,
};

/** The first `12.3` of a program's answer. */
export function parseVersion(answer: string): [number, number] | null {
  const match = /(\d+)\.(\d+)/.exec(answer);
  return match === null ? null : [Number(match[1]), Number(match[2])];
}

export function judgeVersion(wanted: Wanted, answer: string | null): Finding {
  const needed = `${wanted.name} ${wanted.minimum.join('.')} or newer`;
  const complain = wanted.optional === true ? warn : fail;
  if (answer === null) return complain(wanted.name, 'not on PATH', needed, wanted.todo);
  const version = parseVersion(answer);
  if (version === null) return complain(wanted.name, `answered "${answer.trim()}"`, needed, wanted.todo);
  const isEnough =
    version[0] > wanted.minimum[0] || (version[0] === wanted.minimum[0] && version[1] >= wanted.minimum[1]);
  return isEnough
    ? ok(wanted.name, version.join('.'))
    : complain(wanted.name, version.join('.'), needed, wanted.todo);
}

export async function checkVersion(wanted: Wanted): Promise<Finding> {
  const answer = await new Promise<string | null>((resolve) => {
    execFile(wanted.command, wanted.args, { timeout: 10_000 }, (error, stdout, stderr) =>
      resolve(error === null ? `${stdout}${stderr}` : null),
    );
  });
  return judgeVersion(wanted, answer);
}

/** This very process: the pinned Node of npm runs the command line. */
export const checkNode = (version = process.versions.node): Finding =>
  Number(version.split('.')[0]) >= 24
    ? ok('node', version)
    : fail('node', version, 'Node 24', 'Start the command with `npx cove`, which uses the pinned Node.');
