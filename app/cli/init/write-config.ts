/** The config that `init` writes: the target's commented example, with the answers in place of its examples. */
import { type Document, isMap, isScalar, parseDocument } from 'yaml';

const HEADER = (name: string, { what, example, page }: Kind) =>
  ` yaml-language-server: $schema=schema.json\n\n ${what} "${name}". config/${example}.yaml explains every key; docs/${page}.md is the whole way.\n Commit this file: with it and a cloud login, everybody and every CI job can work on it.`;

/** What a config is of, the example that it is made from, and the page that explains it. */
export interface Kind {
  what: 'Installation' | 'Stack of workers';
  example: string;
  page: string;
}

/** Pure. Comments and layout of the example stay; `values` replace what stands there. */
export function configText(
  example: string,
  name: string,
  kind: Kind,
  values: Record<string, unknown>,
): string {
  const document = parseDocument(example);
  document.commentBefore = HEADER(name, kind);
  for (const [key, value] of Object.entries(values)) {
    if (typeof value !== 'object' || value === null || !isMap(document.get(key)) || 'kind' in value) {
      setKeepingComment(document, [key], value);
      continue;
    }
    for (const [inner, one] of Object.entries(value)) setKeepingComment(document, [key, inner], one);
  }
  return String(document)
    .replaceAll(/# REQUIRED\.[ ]?/g, '# ')
    .replaceAll(/^( *)# *\n/gm, '');
}

function setKeepingComment(document: Document, path: string[], value: unknown): void {
  const node = document.getIn(path, true);
  if (isScalar(node) && typeof value !== 'object') node.value = value;
  else document.setIn(path, document.createNode(value));
}
