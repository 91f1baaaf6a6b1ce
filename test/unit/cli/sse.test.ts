import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseEvents, type ServerEvent } from '../../../app/cli/sse.ts';

async function parse(pieces: Uint8Array[]): Promise<ServerEvent[]> {
  async function* stream() {
    yield* pieces;
  }
  return Array.fromAsync(parseEvents(stream()));
}
const bytes = (text: string) => new TextEncoder().encode(text);

test('events as the platform sends them', async () => {
  const text =
    'retry: 1000\nevent: window\ndata: {"total":1}\n\nid: 1-1\ndata: {"seq":1}\n\n: still here\n\nevent: end\ndata: {"status":"complete"}\n\n';
  expect(await parse([bytes(text)])).toEqual([
    { id: null, event: 'window', data: '{"total":1}' },
    { id: '1-1', event: 'message', data: '{"seq":1}' },
    { id: '1-1', event: 'end', data: '{"status":"complete"}' },
  ]);
});

test('wherever the network cuts the bytes, the same events come out', async () => {
  const line = fc.string({ unit: 'grapheme' }).filter((text) => !/[\r\n]/.test(text));
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { minLength: 1, maxLength: 5 }),
      fc.infiniteStream(fc.nat(7)),
      async (lines, cuts) => {
        const whole = bytes(lines.map((data, index) => `id: ${index}\r\ndata: ${data}\r\n\r\n`).join(''));
        const pieces: Uint8Array[] = [];
        for (let at = 0; at < whole.length; ) {
          const length = 1 + (cuts.next().value as number);
          pieces.push(whole.subarray(at, at + length));
          at += length;
        }
        const events = await parse(pieces);
        expect(events.map(({ data }) => data)).toEqual(lines);
        expect(events.map(({ id }) => id)).toEqual(lines.map((_, index) => String(index)));
      },
    ),
  );
});
