/** What one check saw. */
export interface Finding {
  check: string;
  /** `fail`: it will not work; `warn`: it works, with less. */
  level: 'ok' | 'warn' | 'fail';
  found: string;
  needed?: string;
  todo?: string;
}
export type Check = () => Promise<Finding[]>;

export const ok = (check: string, found: string): Finding => ({ check, level: 'ok', found });
export const warn = (check: string, found: string, needed: string, todo: string): Finding => ({
  check,
  level: 'warn',
  found,
  needed,
  todo,
});
export const fail = (check: string, found: string, needed: string, todo: string): Finding => ({
  ...warn(check, found, needed, todo),
  level: 'fail',
});

/** One finding for people: what was found, and where that will not do, what was needed and what to do. */
export function describe(finding: Finding): string {
  if (finding.level === 'ok') return `ok    ${finding.check}: ${finding.found}`;
  const needed = finding.needed === undefined ? '' : `; needed: ${finding.needed}`;
  return `${finding.level}  ${finding.check}: ${finding.found}${needed}\n      ${finding.todo ?? ''}`.trimEnd();
}
