/** Texts that hold a secret in clear. Pure. */

const PATTERNS: [RegExp, string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'a private key'],
  [/\b(AKIA|ASIA)[A-Z0-9]{16}\b/, 'an access key of AWS'],
  [/\b(hvs|s)\.[A-Za-z0-9]{24,}\b/, 'a token of Vault'],
  [/\bgh[pousr]_[A-Za-z0-9]{36}\b/, 'a token of GitHub'],
  [/"private_key_id"\s*:/, 'a key of a Google service account'],
  [/\bAccountKey=[A-Za-z0-9+/=]{20,}/, 'a key of an Azure storage account'],
  // A user and a password in an address; `${…}` is filled in on the machine.
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"]*:(?!\$\{)[^\s/@"$]{6,}@/i, 'a password in an address'],
];
/** `password = …`, `"api_token": "…"`, `SECRET_KEY=…`, also in JSON within JSON. */
const ASSIGNED =
  /\b([A-Za-z0-9_.-]*(?:password|passwd|secret|token|api_?key|private_?key|credential)s?)\\*["']?\s*[:=]\s*\\*["']?([^\s"',;}\\]+)/gi;
/** Names of things in AWS: `…:secret:approle-api-4f2a91c` tells where a secret is, and looks like one. */
const ARN = /arn:aws[a-z-]*:[^\s"',;}\\]*/g;
/** Names of what only tells where a secret is: a file, an id, an address, a switch. */
const POINTS =
  /(file|path|folder|arn|id|ids|name|ref|url|uri|ttl|days|length|provider|store|policy|kind|type|enabled|mode)s?$/i;

/** Whether a value looks like a secret itself: long, and of mixed signs. A path, a reference or a word is none. */
export function looksSecret(value: string): boolean {
  if (value.length < 12 || /^[$/<({[@#%]|\$\{|^(arn|https?|file|projects|subscriptions):?\/?/i.test(value))
    return false;
  if (/^[a-z]+([-_. ][a-z]+)*$/i.test(value)) return false;
  return /\d/.test(value) && /[A-Za-z]/.test(value);
}

/** What kinds of secret a text holds. */
export function secretsIn(text: string): string[] {
  const found = PATTERNS.filter(([pattern]) => pattern.test(text)).map(([, what]) => what);
  for (const [, name = '', value = ''] of text.replaceAll(ARN, 'arn:').matchAll(ASSIGNED)) {
    if (!POINTS.test(name) && looksSecret(value)) found.push(`what looks like a secret (${name})`);
  }
  return [...new Set(found)];
}
