import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mountTable } from '../../../../app/worker/executors/namespace.ts';

const unescaped = (field: string) =>
  field.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)));
const rows = (table: string) =>
  table
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/[ \t]+/).map(unescaped));

test('every mount is one line that names what it was given, whatever stands in it', () => {
  const name = fc
    .string({ minLength: 1, maxLength: 12 })
    .map((text) => text.replaceAll(/[/\0]/g, '_').replace(/^\.{1,2}$/, '_'));
  fc.assert(
    fc.property(name, name, fc.uniqueArray(name, { maxLength: 5 }), (root, job, folders) => {
      const table = rows(mountTable({ root: `/${root}`, job: `/${job}`, folders, hidden: [] }));
      expect(table.every((row) => row.length === 6)).toBe(true);
      expect(table.slice(0, folders.length).map(([what]) => what)).toEqual(folders.map((one) => `/${one}`));
      expect(table.slice(folders.length).map(([what, where]) => [what, where])).toEqual([
        [`/${job}/config`, `/${root}/valohai/config`],
        [`/${job}/inputs`, `/${root}/valohai/inputs`],
        [`/${job}/outputs`, `/${root}/valohai/outputs`],
        [`/${job}/repository`, `/${root}/valohai/repository`],
        [`/${job}/home`, `/${root}/valohai/.home`],
      ]);
    }),
  );
});

test('hidden folders come last, and none within another', () => {
  const hidden = ['/srv/worker', '/srv/worker/keys', '/srv/worker', '/srv/workers'];
  const table = rows(mountTable({ root: '/r', job: '/j', folders: ['srv'], hidden }));
  const empty = table.filter(([, , type]) => type === 'tmpfs').map(([, where]) => where);
  expect(empty).toEqual(['/r/srv/worker', '/r/srv/workers']);
  expect(table.slice(-2).every(([, , type]) => type === 'tmpfs')).toBe(true);
});
