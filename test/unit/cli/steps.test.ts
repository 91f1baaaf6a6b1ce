import { expect, test } from 'vitest';
import type { Io } from '../../../app/cli/io.ts';
import { runSteps } from '../../../app/cli/steps.ts';

function listening(): { io: Io; lines: string[] } {
  const lines: string[] = [];
  const io: Io = {
    json: false,
    yes: false,
    terminal: false,
    say: (line = '') => void lines.push(line),
    result: () => {},
    confirm: async () => false,
  };
  return { io, lines };
}

test('without a terminal every step is a few plain lines, however often it counts', async () => {
  const { io, lines } = listening();
  await runSteps(io, [
    {
      title: 'Getting programs',
      async run(say) {
        for (let percent = 0; percent <= 100; percent++) say(`downloading OpenBao (${percent} of 100 MB)`);
        say('downloading OpenBao: done');
        return 'all here';
      },
    },
  ]);
  expect(lines).toEqual([
    'Getting programs ...',
    '  downloading OpenBao (0 of 100 MB)',
    '  downloading OpenBao: done',
    expect.stringMatching(/^Getting programs: all here \(\d+\.\d s\)$/),
  ]);
});

test('a step that fails ends the work with its own error', async () => {
  const { io, lines } = listening();
  const failure = new Error('no');
  const steps = [
    { title: 'one', run: () => Promise.reject(failure) },
    { title: 'two', run: async () => undefined },
  ];
  await expect(runSteps(io, steps)).rejects.toBe(failure);
  expect(lines).toEqual(['one ...']);
});
