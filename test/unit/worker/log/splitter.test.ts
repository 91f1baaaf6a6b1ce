import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CONTINUED, CONTINUES, LineSplitter } from '../../../../app/worker/log/splitter.ts';

function split(chunks: readonly Uint8Array[], limit?: number): string[] {
  const lines: string[] = [];
  const take = (bytes: Buffer, start: number, end: number) => lines.push(bytes.toString('utf8', start, end));
  const splitter = new LineSplitter(take, limit);
  for (const chunk of chunks) splitter.push(Buffer.from(chunk));
  splitter.end();
  return lines;
}
const text = (value: string) => [Buffer.from(value)];

describe('lines', () => {
  test.each([
    ['a\nb\n', ['a', 'b']],
    ['a\n\nb', ['a', '', 'b']],
    ['', []],
    ['\n', ['']],
    ['windows\r\nlines\r\n', ['windows', 'lines']],
    ['10%\r20%\r100%\ndone\n', ['100%', 'done']],
    ['\r50%\r100%\r\n', ['100%']],
    ['left without an end', ['left without an end']],
    ['ä€😀\n', ['ä€😀']],
  ])('%j', (input, expected) => expect(split(text(input))).toEqual(expected));

  test('bytes that are no UTF-8 are replaced, the rest stays', () => {
    expect(split([Buffer.from([0x61, 0xff, 0xc3, 0x62, 0x0a])])).toEqual(['a\ufffd\ufffdb']);
  });
  test('a long line leaves in marked pieces, with no character torn', () => {
    expect(split(text('aa€bb€cc\n'), 4)).toEqual([
      `aa${CONTINUES}`,
      `${CONTINUED}€b${CONTINUES}`,
      `${CONTINUED}b€${CONTINUES}`,
      `${CONTINUED}cc`,
    ]);
  });
  test('a line of exactly the limit is whole', () => {
    expect(split(text('abcd\nabcd'), 4)).toEqual(['abcd', 'abcd']);
  });
});

/** Bytes with many line ends, returns and broken characters. */
const bytes = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...Buffer.from('ab\n\r€😀\0')) },
    { weight: 1, arbitrary: fc.nat(255) },
  ),
  { maxLength: 200 },
);

test('what comes out does not depend on how the bytes were cut', () => {
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(200)), fc.integer({ min: 4, max: 40 }), (all, cuts, limit) => {
      const whole = Buffer.from(all);
      const places = [...new Set([0, ...cuts.filter((c) => c < whole.length), whole.length])].sort(
        (a, b) => a - b,
      );
      const chunks = places.slice(1).map((end, i) => whole.subarray(places[i], end));
      expect(split(chunks, limit)).toEqual(split([whole], limit));
      expect(
        split(
          [...whole].map((byte) => Buffer.from([byte])),
          limit,
        ),
      ).toEqual(split([whole], limit));
    }),
  );
});

test('without returns nothing is lost: the pieces joined are the text', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom('a', ' ', 'ü', '€', '😀', '\u0301', '\t') }), {
        maxLength: 12,
      }),
      fc.integer({ min: 8, max: 40 }),
      (lines, limit) => {
        const input = lines;
        const joined = split(text(input.map((line) => `${line}\n`).join('')), limit)
          .join('\n')
          .replaceAll(`${CONTINUES}\n${CONTINUED}`, '');
        expect(joined).toBe(input.join('\n'));
      },
    ),
  );
});

test('a line of 10 MB takes no more memory than its limit', () => {
  let count = 0;
  const splitter = new LineSplitter(() => count++);
  const chunk = Buffer.alloc(65_536, 'x');
  for (let i = 0; i < 160; i++) splitter.push(chunk);
  splitter.end();
  expect(count).toBe(160);
});
