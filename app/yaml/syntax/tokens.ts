/** What the scanner finds. `at` and `end` are offsets in the text. */
export type Token =
  | { kind: Plain; at: number; end: number }
  | { kind: 'alias'; name: string; at: number; end: number }
  | { kind: 'anchor'; name: string; at: number; end: number }
  | { kind: 'tag'; handle: string | null; suffix: string; at: number; end: number }
  | { kind: 'directive'; name: string; value: [string, string] | null; at: number; end: number }
  | { kind: 'scalar'; text: string; plain: boolean; at: number; end: number };

/** Those that say all by their kind; named as PyYAML names them in its messages. */
export type Plain =
  | 'document start'
  | 'document end'
  | 'stream end'
  | 'block sequence start'
  | 'block mapping start'
  | 'block end'
  | '['
  | ']'
  | '{'
  | '}'
  | ','
  | '-'
  | '?'
  | ':';

export type Kind = Token['kind'];
export type TokenOf<K extends Kind> = Extract<Token, { kind: K }>;

/** A token for a person. */
export function say({ kind }: Token): string {
  const words: Partial<Record<Kind, string>> = {
    '-': 'a list item ("-")',
    ':': 'a value (":")',
    '?': 'a key',
    scalar: 'text',
    'block end': 'the end of the block',
    'stream end': 'the end of the file',
  };
  return words[kind] ?? (kind.length === 1 ? `"${kind}"` : `a ${kind}`);
}
