/** The table at the end: target × scenario × policies, and how long each took. */

export interface Row {
  target: string;
  scenario: string;
  /** How many policies looked at what was made; 0: the program has no config. */
  policies: number;
  seconds: number;
  passed: boolean;
}

export function tableOf(rows: Row[]): string {
  const cells = rows.map(({ target, scenario, policies, seconds, passed }) => [
    target,
    scenario,
    policies === 0 ? '-' : String(policies),
    `${seconds.toFixed(1)} s`,
    passed ? 'ok' : 'FAILED',
  ]);
  const all = [['target', 'scenario', 'policies', 'took', 'result'], ...cells];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
