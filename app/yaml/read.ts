/** YAML text → plain JSON values, each with its place in the text. Bounded in time and memory for any input. */
import { Composer, type CST, type Document, Lexer, LineCounter, Parser } from 'yaml';
import { type Marks, Refusal, Walk } from './walk.ts';

/** A complaint about a place in the file; lines and columns count from 1. */
export interface YamlError {
  line: number;
  column: number;
  message: string;
}
export interface Reading {
  value: unknown;
  marks: Marks;
  locate(offset: number): { line: number; column: number };
}

const MAX_BYTES = 10 * 1024 * 1024;
const MAX_DEPTH = 100;
/** About a second's work; ten times what the longest real files have. */
const MAX_TOKENS = 500_000;
/** More of them help nobody. */
export const MAX_ERRORS = 100;

/** Reads one document. Duplicate keys, unknown tags, alias bombs and endless nesting are errors. */
export function readYaml(text: string): { ok: true; reading: Reading } | { ok: false; errors: YamlError[] } {
  const lines = new LineCounter();
  const locate = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  try {
    if (Buffer.byteLength(text) > MAX_BYTES) throw new Refusal(0, 'The file is larger than 10 MB');
    const document = compose(text, lines);
    const found = document?.errors ?? [];
    if (found.length > 0) {
      return {
        ok: false,
        errors: found.slice(0, MAX_ERRORS).map(({ pos, message }) => ({ ...locate(pos[0]), message })),
      };
    }
    const walk = new Walk(MAX_DEPTH);
    const value = document ? walk.value(document.contents, 0) : null;
    return { ok: true, reading: { value, marks: walk.marks, locate } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ok: false, errors: [{ ...locate(error.offset), message: error.message }] };
  }
}

/** Every scalar stays text here; what it means is decided by `scalars.ts`. */
function compose(text: string, lines: LineCounter): Document.Parsed | null {
  checkLength(text);
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  for (const token of tokens) checkDepth(token);
  const composer = new Composer({
    version: '1.1',
    schema: 'failsafe',
    merge: false,
    uniqueKeys: false, // the composer's own check takes quadratic time
    logLevel: 'silent',
  });
  const [first, second] = [...composer.compose(tokens)];
  if (second) throw new Refusal(second.range[0], 'The file holds more than one document (`---`)');
  return (first as Document.Parsed | undefined) ?? null;
}

function checkLength(text: string): void {
  let count = 0;
  for (const _ of new Lexer().lex(text)) {
    if (++count > MAX_TOKENS) throw new Refusal(0, `The file has more than ${MAX_TOKENS} parts`);
  }
}

/** The composer calls itself for every level, so depth is limited before it sees the tokens. */
function checkDepth(root: CST.Token): void {
  let level: CST.Token[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) {
      throw new Refusal(level[0]?.offset ?? 0, `Nested more than ${MAX_DEPTH} levels deep`);
    }
    level = level.flatMap(children);
  }
}

function children(token: CST.Token): CST.Token[] {
  if (token.type === 'document') return token.value ? [token.value] : [];
  if (!('items' in token)) return [];
  return token.items.flatMap(({ key, value }) => [key, value].filter((part) => part != null));
}
