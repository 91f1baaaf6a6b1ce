/** Lines written out byte by byte are what JSON makes of them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatMicros } from '../../../../app/worker/log/stamps.ts';
import { WrittenLines } from '../../../../app/worker/log/written-lines.ts';

/** ASCII with controls, characters of every length, and bytes that are no UTF-8. */
const message = fc.oneof(
  fc.string({ unit: fc.integer({ min: 0, max: 0x7f }).map((code) => String.fromCharCode(code)) }),
  fc.string({
    unit: fc.constantFrom('a', '"', '\\', 'ü', '€', '😀', '\u2028', '\ufeff', '\0', '\x1b', '\x7f'),
  }),
  fc.uint8Array(),
);
const micros = fc.integer({ min: 0, max: 4e15 });
const seq = fc.oneof(fc.integer({ min: 1, max: 11 }), fc.constantFrom(99, 100, 999_999_999_999));

test('any bytes', () => {
  const line = fc.tuple(seq, micros, fc.constantFrom('status', 'stdout', 'stderr'), message);
  fc.assert(
    fc.property(fc.array(fc.array(line)), (batches) => {
      const written = new WrittenLines();
      for (const lines of batches) {
        const expected = lines.map(([seq, micros, stream, given]) => {
          const bytes = Buffer.concat([Buffer.from('<'), Buffer.from(given as string), Buffer.from('>')]);
          written.add(seq, micros, stream, bytes, 1, bytes.length - 1);
          const text = Buffer.from(given as string)
            .toString()
            .replaceAll('\0', '\ufffd');
          return `${JSON.stringify([seq, formatMicros(micros), stream, text])}\n`;
        });
        expect(written.count).toBe(lines.length);
        const { data, lines: count } = written.take();
        expect([data.toString(), count]).toEqual([expected.join(''), lines.length]);
      }
    }),
  );
});

test('lines longer than all room there was', () => {
  const written = new WrittenLines();
  const long = Buffer.alloc(100_000, '\x1b');
  for (let n = 1; n <= 3; n++) written.add(n, n, 'stdout', long, 0, long.length);
  const lines = written.take().data.toString().trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line)[3] === long.toString())).toEqual([true, true, true]);
});

test.each([10, 1_000_000])('what was taken, %d bytes, stays as it was while more is added', (size) => {
  const written = new WrittenLines();
  const add = (text: string) => written.add(1, 1, 'stdout', Buffer.from(text), 0, text.length);
  add('a'.repeat(size));
  const { data } = written.take();
  add('b'.repeat(size));
  expect(data.includes('"bbb')).toBe(false);
});
