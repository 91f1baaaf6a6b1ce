/** The API's reference as one plain HTML page: no script, nothing from elsewhere. */
interface Schema {
  type?: string | string[];
  $ref?: string;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  anyOf?: Schema[];
  enum?: unknown[];
  description?: string;
}
interface Operation {
  tags?: string[];
  summary?: string;
  description?: string;
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: Schema }[];
  requestBody?: { content?: Record<string, { schema?: Schema }> };
  responses?: Record<string, { description?: string; content?: Record<string, { schema?: Schema }> }>;
}
export interface OpenApi {
  info: { title: string; description?: string };
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const safe = (text: string) => text.replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);

/** A schema in one line: `integer`, `Project[]`, `{name: string, owner?: string}`. */
export function typeName(schema: Schema | undefined): string {
  if (!schema) return 'any';
  if (schema.$ref) return schema.$ref.split('/').at(-1) ?? 'any';
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.anyOf) return schema.anyOf.map(typeName).join(' | ');
  if (schema.items) return `${typeName(schema.items)}[]`;
  if (schema.properties) {
    const fields = Object.entries(schema.properties).map(
      ([name, field]) => `${name}${schema.required?.includes(name) ? '' : '?'}: ${typeName(field)}`,
    );
    return `{${fields.join(', ')}}`;
  }
  return Array.isArray(schema.type) ? schema.type.join(' | ') : (schema.type ?? 'any');
}

const code = (text: string) => `<code>${safe(text)}</code>`;
const row = (name: string, value: string, said = '') =>
  `<tr><th>${name}</th><td>${value} ${safe(said)}</td></tr>`;
/** Its fields, one a row, with what is said of each. */
const fields = ({ properties = {}, required = [] }: Schema): string[] =>
  Object.entries(properties).map(([name, field]) =>
    row(code(`${name}${required.includes(name) ? '' : '?'}`), code(typeName(field)), field.description),
  );

function operation(method: string, path: string, said: Operation): string {
  const rows = [
    ...(said.parameters ?? []).map((p) =>
      row(
        p.in,
        code(`${p.name}${p.required ? '' : '?'}: ${typeName(p.schema)}`),
        p.description ?? p.schema?.description,
      ),
    ),
    ...Object.entries(said.requestBody?.content ?? {}).flatMap(([type, { schema }]) =>
      schema?.properties
        ? [row(safe(type), ''), ...fields(schema)]
        : [row(safe(type), code(typeName(schema)))],
    ),
    ...Object.entries(said.responses ?? {}).map(([status, answer]) =>
      row(status, code(typeName(Object.values(answer.content ?? {})[0]?.schema))),
    ),
  ];
  return `<details><summary><b class="${method}">${method.toUpperCase()}</b> ${code(path)} ${safe(said.summary ?? '')}</summary>
<p>${safe(said.description ?? '')}</p><table>${rows.join('')}</table></details>`;
}

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1d21;background:#fff}
code{font:14px ui-monospace,monospace;overflow-wrap:anywhere}details{border-top:1px solid #dde;padding:.4rem 0}summary{cursor:pointer}
table{border-collapse:collapse;width:100%}th{text-align:left;vertical-align:top;padding:.2rem 1rem .2rem 0;font-weight:500;white-space:nowrap}
b{display:inline-block;width:4.5rem;font-size:13px}.get{color:#0b6}.post{color:#06c}.put,.patch{color:#a60}.delete{color:#c33}
@media(prefers-color-scheme:dark){body{background:#16181c;color:#dde}details{border-color:#333}}`;

export function docsPage(document: OpenApi): string {
  const chapters = new Map<string, string[]>();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, said] of Object.entries(methods)) {
      const tag = said.tags?.[0] ?? 'other';
      chapters.set(tag, [...(chapters.get(tag) ?? []), operation(method, path, said)]);
    }
  }
  const body = [...chapters].map(([tag, list]) => `<h2>${safe(tag)}</h2>${list.join('\n')}`);
  const schemas = Object.entries(document.components?.schemas ?? {}).map(
    ([name, schema]) =>
      `<details><summary>${code(name)}</summary>${
        schema.properties ? `<table>${fields(schema).join('')}</table>` : `<p>${code(typeName(schema))}</p>`
      }</details>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${safe(document.info.title)}</title><style>${STYLE}</style><h1>${safe(document.info.title)}</h1>
<p>${safe(document.info.description ?? '')} Machine-readable: <a href="/api/v0/openapi.json">openapi.json</a>.</p>
${body.join('\n')}<h2>Objects</h2>${schemas.join('\n')}</html>`;
}
