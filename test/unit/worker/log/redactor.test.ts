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
