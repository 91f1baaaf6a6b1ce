import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MASK, Patterns, Redactor } from '../../../../app/worker/log/redactor.ts';

function redact(secrets: string[], chunks: readonly Buffer[]): string {
  const redactor = new Redactor(new Patterns(secrets));
  return Buffer.concat([...chunks.map((chunk) => redactor.push(chunk)), redactor.end()]).toString('latin1');
}
const once = (secrets: string[], text: string) => new Patterns(secrets).redact(text);
function cut(whole: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...new Set([0, ...cuts.filter((c) => c < whole.length), whole.length])].sort(
    (a, b) => a - b,
  );
  return places.slice(1).map((end, i) => whole.subarray(places[i], end));
}

describe('forms of a secret', () => {
  const secret = 'p@ss w/"rd"+ü';
  test('raw, twice in a line', () => expect(once([secret], `a ${secret}${secret} b`)).toBe('a ****** b'));
  test('URL-encoded, as JavaScript and Python do it, in either case', () => {
    expect(once([secret], encodeURIComponent(secret))).toBe(MASK);
    expect(once([secret], 'p%40ss%20w/%22rd%22%2B%C3%BC')).toBe(MASK);
    expect(once([secret], 'p%40ss+w%2F%22rd%22%2B%C3%BC')).toBe(MASK);
    expect(once([secret], 'p%40ss%20w%2f%22rd%22%2b%c3%bc')).toBe(MASK);
  });
  test('inside JSON', () => expect(once([secret], JSON.stringify({ a: secret }))).toBe('{"a":"***"}'));
  test('inside JSON of Python, Go and PHP, and in JSON inside JSON', () => {
    const shown = once(
      ['a/"<ü😀>&'],
      String.raw`a/\"<\u00fc\ud83d\ude00>& a/\"\u003cü😀\u003e\u0026 a\/\"<\u00fc\ud83d\ude00>&`,
    );
    expect(shown).toBe('*** *** ***');
    expect(once([secret], JSON.stringify({ a: JSON.stringify({ b: secret }) }))).toBe(
      String.raw`{"a":"{\"b\":\"***\"}"}`,
    );
  });
  test('base64, alone and inside of something longer, both alphabets', () => {
    for (const before of ['', 'u', 'us', 'user:']) {
      for (const encoding of ['base64', 'base64url'] as const) {
        const encoded = Buffer.from(`${before}${secret}\n`).toString(encoding);
        const shown = once([secret], encoded);
        expect(shown).toContain(MASK);
        expect(shown.length).toBeLessThan(encoded.length / 2 + 8);
      }
    }
  });
  test('a key of many lines: each line, and its wrapped base64', () => {
    const key = `-----BEGIN KEY-----\n${'c2VjcmV0'.repeat(8)}\n${'a2V5a2V5'.repeat(8)}\n-----END KEY-----\n`;
    expect(once([key], `x ${'a2V5a2V5'.repeat(8)} y`)).toBe('x *** y');
    const wrapped = Buffer.from(key).toString('base64').replace(/.{76}/g, '$&\n');
    expect(once([key], wrapped).replace(/[*\n]/g, '').length).toBeLessThan(4);
  });
  test('values too short to be secrets, and other text, stay', () => {
    expect(once(['abc', ''], 'abcabc')).toBe('abcabc');
    expect(once(['hunter2'], 'hunter1 hunter')).toBe('hunter1 hunter');
  });
  test('overlapping secrets leave nothing of either', () => {
    expect(once(['abcd', 'cdef'], '_abcdef_')).toBe('_***_');
  });
});

const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 60 });
const secrets = fc.array(fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 4, maxLength: 7 }), {
  maxLength: 3,
});

test('no secret survives, whatever the chunks, and the chunks make no difference', () => {
  fc.assert(
    fc.property(letters, secrets, fc.array(fc.nat(60)), (text, hidden, cuts) => {
      const whole = Buffer.from(text);
      const shown = redact(hidden, cut(whole, cuts));
      expect(shown).toBe(redact(hidden, [whole]));
      for (const secret of hidden) expect(shown).not.toContain(secret);
    }),
    { numRuns: 2000 },
  );
});

/** How programs write a value, each around a part that gives it away: all of it, but in base64 what neighbours share. */
const WRITERS: Record<string, (value: string, before: string) => [written: string, tell: string]> = {
  raw: (value) => [value, value],
  json: (value) => [JSON.stringify({ key: value }), JSON.stringify(value).slice(1, -1)],
  ascii: (value) => asciiJson(value),
  url: (value) => [`?key=${encodeURIComponent(value)}&x`, encodeURIComponent(value)],
  form: (value) => {
    const form = new URLSearchParams({ key: value }).toString();
    return [form, form.slice('key='.length)];
  },
  base64: (value, before) => inBase64(`${before}${value}${before}`, before, value, 'base64'),
  base64url: (value, before) => inBase64(`${before}${value}`, before, value, 'base64url'),
};
function asciiJson(value: string): [string, string] {
  let text = '';
  for (const c of JSON.stringify(value))
    for (let i = 0; i < c.length; i++) {
      const code = c.charCodeAt(i);
      text += code < 127 ? c[i] : `\\u${code.toString(16).padStart(4, '0')}`;
    }
  return [text, text.slice(1, -1)];
}
function inBase64(
  text: string,
  before: string,
  value: string,
  encoding: 'base64' | 'base64url',
): [string, string] {
  const written = Buffer.from(text).toString(encoding);
  const bits = (length: number) => (length * 8) / 6;
  const start = Math.ceil(bits(before.length));
  return [written, written.slice(start, Math.floor(bits(before.length + Buffer.byteLength(value))))];
}
const hiddenLine = fc.string({ unit: fc.constantFrom(...'ab/+"\\&<= ü€😀'), minLength: 6, maxLength: 40 });

test('a value of one line or many is hidden as programs write it, wherever the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(hiddenLine, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(...Object.values(WRITERS)),
      fc.string({ unit: fc.constantFrom('x', 'y'), maxLength: 5 }),
      fc.array(fc.nat(400)),
      (lines, write, before, cuts) => {
        fc.pre(lines.every((line) => line.trim().length >= 4));
        const value = lines.join('\n');
        const [written, tell] = write(value, before);
        const indented = lines.map((line) => `  ${line}\r\n`).join('');
        const whole = Buffer.from(`${before}\n${written}\n${indented}`);
        const shown = Buffer.from(redact([value], cut(whole, cuts)), 'latin1').toString();
        expect(shown).not.toContain(tell);
        for (const line of lines) expect(shown).not.toContain(line.trim());
      },
    ),
    { numRuns: 250 },
  );
});

test('bytes that hide nothing pass unchanged, whatever they are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.array(fc.nat(100)), (all, cuts) => {
      const whole = Buffer.from(all);
      fc.pre(!whole.includes('ab'));
      expect(redact(['abab-secret'], cut(whole, cuts))).toBe(whole.toString('latin1'));
    }),
  );
});

test('only what may begin a secret is held back', () => {
  const redactor = new Redactor(new Patterns(['hunter2-secret']));
  expect(redactor.push(Buffer.from('password: hunt')).toString()).toBe('password: ');
  expect(redactor.push(Buffer.from('er3\n')).toString()).toBe('hunter3\n');
});
