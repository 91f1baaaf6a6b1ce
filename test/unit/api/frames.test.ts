/** Batches that are sent without being parsed: byte for byte what parsing them would give. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sentEvent } from '../../../app/api/shapes/event.ts';
import { Frames } from '../../../app/api/shapes/frames.ts';
import { LogEntry, type LogLine, logId } from '../../../app/platform/log-entry.ts';

const TIME = '2026-01-31T12:00:00.000000';
const batch = (attempt: number, last: number, json: string) =>
  new LogEntry(logId(attempt, last), attempt, Buffer.from(json));
const frames = new Frames();
const sentBatch = (one: LogEntry) => (frames.batch(one) ? frames.take().toString() : null);

test('any lines, as if each were parsed and written out', () => {
  const message = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('"],[2,"', '\\', '\\"', '\u2028', ''),
  );
  const attempts = fc.integer({ min: 1, max: 5_000 });
  const numbers = fc.constantFrom(1, 9, 98, 999_999_999_900);
  fc.assert(
    fc.property(
      fc.array(message, { minLength: 1, maxLength: 20 }),
      attempts,
      numbers,
      (all, attempt, first) => {
        const lines = all.map((text, n): LogLine => [first + n, TIME, 'stdout', text.toWellFormed()]);
        const sent = lines.map(([seq, time, stream, text]) =>
          sentEvent({ attempt, seq, time, stream, message: text }),
        );
        const found = sentBatch(batch(attempt, first + all.length - 1, JSON.stringify(lines)));
        expect(found).toBe(sent.join(''));
      },
    ),
  );
});

test.each([
  ['no lines', 1, '[]'],
  ['a hole', 3, `[[1,"${TIME}","stdout","a"],[3,"${TIME}","stdout","b"]]`],
  ['fewer lines than it says', 2, `[[1,"${TIME}","stdout","a"]]`],
  ['more lines than it says', 1, `[[1,"${TIME}","stdout","a"],[2,"${TIME}","stdout","b"]]`],
  ['a line feed in a message', 1, `[[1,"${TIME}","stdout","a\ndata: b"]]`],
  ['an escaped line feed', 1, `[[1,"${TIME}","stdout","a\\\ndata: b"]]`],
  ['no end', 1, `[[1,"${TIME}","stdout","a`],
  ['no end, in an escape', 1, `[[1,"${TIME}","stdout","a\\`],
  ['something behind it', 1, `[[1,"${TIME}","stdout","a"]],`],
  ['a number that begins with 0', 1, `[[01,"${TIME}","stdout","a"]]`],
  ['a number too high to be', 9e11, `[[1,"${TIME}","stdout","a"]]`],
])('%s: it is left to the parser', (_, last, json) => expect(sentBatch(batch(1, last, json))).toBeNull());

test('what is left to the parser leaves nothing between others', () => {
  const one = batch(1, 1, `[[1,"${TIME}","stdout","a"]]`);
  expect(frames.batch(one)).toBe(true);
  expect(frames.batch(batch(1, 2, `[[2,"${TIME}","stdout","b"`))).toBe(false);
  frames.text('and a text: €');
  const all = frames.take().toString();
  expect(all).toBe(`${sentBatch(one)}and a text: €`);
});
