import { describe, expect, it } from 'vitest';
import { findStep, interpolateCommand, parseYaml } from '../../../app/yaml/index.ts';
import { CASES, type Case } from './commands.table.ts';

/** JSON is YAML; and the config comes back from a database column. */
function stepOf({ parameters = [], command, sourcePath }: Omit<Case, 'says' | 'shell'>) {
  const step = {
    name: 's',
    image: 'i',
    command,
    parameters,
    ...(sourcePath && { 'source-path': sourcePath }),
  };
  const parsed = parseYaml(JSON.stringify([{ step }]));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return findStep(JSON.parse(JSON.stringify(parsed.config)), 's')!;
}

describe('a command takes', () => {
  it.each(CASES)('$says', (one) => {
    expect(interpolateCommand(stepOf(one), one.given ?? {})).toBe(one.shell);
  });

  it('no list for a parameter of one value', () => {
    const step = stepOf({ parameters: [{ name: 'x' }], command: '{parameters}' });
    expect(() => interpolateCommand(step, { x: ['a'] })).toThrow('x takes one value');
  });
});
