/** The shapes in which a secret value shows up in a log. */

/** Shorter values are words of every log; masking them would hide the log, not the secret. */
export const SHORTEST_SECRET = 4;
/** `openssl` and `base64` break their output after so many characters. */
const BASE64_COLUMNS = [64, 76];

/** All texts to look for: raw, line by line, as JSON, URL-encoded, in base64. None is shorter than a secret may be. */
export function secretForms(secrets: readonly string[]): string[] {
  const forms = new Set<string>();
  for (const secret of secrets) {
    const lines = [secret, secret.trim(), ...secret.split(/\r?\n/).map((line) => line.trim())];
    for (const value of lines) {
      if (value.length < SHORTEST_SECRET) continue;
      for (const form of [value, ...escaped(value), ...base64(value)]) forms.add(form);
    }
  }
  return [...forms].filter((form) => form.length >= SHORTEST_SECRET);
}

function escaped(value: string): string[] {
  const all = encodeURIComponent(value.toWellFormed());
  const strict = all.replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const url = [all, strict, strict.replaceAll('%2F', '/'), strict.replaceAll('%20', '+')];
  return [
    ...json(value),
    ...url,
    ...url.map((form) => form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())),
  ];
}

/** Inside a JSON string, as JavaScript, Python (ASCII alone), Go (safe in HTML) and PHP write it, and in JSON inside JSON. */
function json(value: string): string[] {
  const plain = JSON.stringify(value).slice(1, -1);
  const code = (c: string) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: everything outside of ASCII, and DEL
  const ascii = plain.replace(/[^\x00-\x7e]/g, code);
  const html = plain.replace(/[<>&\u2028\u2029]/g, code);
  const slashed = ascii.replaceAll('/', '\\/');
  return [plain, ascii, html, slashed].flatMap((form) => [form, JSON.stringify(form).slice(1, -1)]);
}

/** Base64 of a text that holds the value somewhere: three alignments, without the digits its neighbours share. */
function base64(value: string): string[] {
  const bytes = Buffer.from(value);
  const whole = bytes.toString('base64');
  const forms = [whole];
  for (const shift of [0, 1, 2]) {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    const core = text.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
    if (core.length > SHORTEST_SECRET) forms.push(core);
  }
  for (const columns of BASE64_COLUMNS.filter((n) => n < whole.length)) {
    for (let at = 0; at < whole.length; at += columns) {
      const row = whole.slice(at, at + columns);
      if (row.length > 8) forms.push(row);
    }
  }
  return forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
}
