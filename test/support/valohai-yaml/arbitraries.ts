/** Files of `valohai.yaml`, made up: most are right, and those that are not are wrong in one or two places. */
import fc, { type Arbitrary } from 'fast-check';

/** A piece of YAML that is written as it is. */
export class Raw {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
type Piece = Raw | string | number | boolean | Piece[] | { [key: string]: Piece };

/** Block style, texts quoted as JSON quotes them, which is YAML too. */
export function write(piece: Piece, indent = ''): string {
  if (piece instanceof Raw) return piece.text;
  if (Array.isArray(piece)) {
    if (piece.length === 0) return '[]';
    return piece.map((item) => `\n${indent}- ${write(item, `${indent}  `)}`).join('');
  }
  if (typeof piece !== 'object') return JSON.stringify(piece);
  const entries = Object.entries(piece);
  if (entries.length === 0) return '{}';
  return entries.map(([key, item]) => `\n${indent}${key}: ${write(item, `${indent}  `)}`).join('');
}

const raw = (...texts: string[]) => fc.constantFrom(...texts).map((text) => new Raw(text));
const ODD = [
  ...[
    'yes',
    '~',
    '',
    '1',
    '0',
    '-5',
    '1.5',
    '2020-01-02',
    '2020-01-02 03:04:05 +2',
    '[]',
    '{}',
    '[a, 1]',
    '{a: b}',
  ],
  ...[
    "''",
    '.nan',
    '-.inf',
    '1e5',
    '0x1F',
    '1:30',
    'abc',
    '12345678901234567890',
    '[[a]]',
    '=',
    '"a\\nb"',
    'a: b',
  ],
];
const odd = raw(...ODD);
/** Hardly ever something else. */
const mostly = <T>(arbitrary: Arbitrary<T>): Arbitrary<T | Raw> =>
  fc.oneof({ weight: 150, arbitrary }, { weight: 1, arbitrary: odd });
/** An object with these properties; a name that ends in `?` may be missing. */
function object(properties: Record<string, Arbitrary<Piece>>): Arbitrary<{ [key: string]: Piece }> {
  const keys = Object.keys(properties);
  const model = Object.fromEntries(
    keys.map((key) => {
      const value = mostly(properties[key] as Arbitrary<Piece>);
      return [
        key.replace('?', ''),
        key.endsWith('?')
          ? fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value })
          : fc.oneof({ weight: 400, arbitrary: value }, { weight: 1, arbitrary: fc.constant(undefined) }),
      ];
    }),
  );
  const extra = fc.oneof(
    { weight: 200, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.record({ extra: odd }) },
  );
  return fc
    .tuple(fc.record(model), extra)
    .map(([found, more]) =>
      Object.fromEntries(Object.entries({ ...found, ...more }).filter(([, value]) => value !== undefined)),
    ) as Arbitrary<{ [key: string]: Piece }>;
}

const name = fc.constantFrom('a', 'b', 'c', 'train', 'x y', 'ä"');
const words = fc.constantFrom('some words', 'x', '', '{parameters}', "it's", '😀', 'a\\b', 'a\tb');
const some = <T extends Piece>(item: Arbitrary<T>, maxLength = 3) =>
  fc.array(item, { maxLength }) as Arbitrary<Piece>;
const textOrTexts = fc.oneof(words, some(words)) as Arbitrary<Piece>;
const bool = fc.constantFrom(new Raw('true'), new Raw('off'), new Raw('false')) as Arbitrary<Piece>;
const number = raw('1', '0', '-3', '2.5', '7', '.inf', '1_000') as Arbitrary<Piece>;
const integer = raw('1', '0', '3', '1000', '60', '2.0') as Arbitrary<Piece>;

export const durations: Arbitrary<string | number> = fc.oneof(
  fc.integer({ min: -5, max: 100_000 }),
  fc.constantFrom(
    '',
    '  ',
    '1h 30m 5s',
    '90',
    '5 parsecs',
    '1.5d',
    '.5h',
    '1..5h',
    '2 Hours',
    '0s',
    '3w',
    '1e3s',
    'soon',
  ),
  fc
    .array(
      fc.tuple(
        fc.constantFrom('1', '2.5', '10', '.', '1.'),
        fc.constantFrom('', ' '),
        fc.constantFrom('s', 'm', 'h', 'd', 'w', 'min', 'sec', 'x', 'H', ''),
      ),
      { minLength: 1, maxLength: 3 },
    )
    .map((pieces) => pieces.map((piece) => piece.join('')).join(' ')),
);
const duration = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('1h 30m', '90s') },
  { weight: 5, arbitrary: fc.nat(9999) },
  { weight: 1, arbitrary: durations },
);

const defaults = fc.oneof(
  words,
  odd,
  number,
  some(fc.oneof(words, number as Arbitrary<Raw>)),
) as Arbitrary<Piece>;
export const parameter = object({
  name,
  'type?': fc.constantFrom('string', 'integer', 'float', 'flag'),
  'default?': defaults,
  'optional?': bool,
  'min?': number,
  'max?': number,
  'choices?': some(fc.oneof(words, number as Arbitrary<Raw>, bool as Arbitrary<Raw>)),
  'multiple?': fc.constantFrom('none', 'repeat', 'separate'),
  'multiple-separator?': words,
  'pass-as?': words,
  'pass-true-as?': words,
  'pass-false-as?': words,
  'widget?': fc.oneof(
    words,
    object({ type: words, 'settings?': object({ 'a?': words }) }),
  ) as Arbitrary<Piece>,
  'category?': words,
  'description?': words,
}).map((made) =>
  made.type === 'flag' && made.multiple !== undefined && made.multiple !== 'none' && made.name !== 'c'
    ? { ...made, type: 'string' }
    : made,
);

const input = object({
  name: fc.oneof(
    { weight: 20, arbitrary: name },
    { weight: 1, arbitrary: fc.constantFrom('é'.repeat(64), 'é'.repeat(65)) },
  ),
  'default?': textOrTexts,
  'optional?': bool,
  'description?': words,
  'keep-directories?': fc.oneof(bool, fc.constantFrom('none', 'full', 'suffix')) as Arbitrary<Piece>,
  'filename?': words,
  'download?': fc.constantFrom('always', 'on-demand'),
});
const variable = object({ name, 'default?': words, 'description?': words, 'optional?': bool });
const mount = fc.oneof(
  fc.constantFrom('/a:/b', '/a:/b:/c', '/x:/y\n'),
  object({
    source: words,
    destination: fc.constantFrom('/b', '/b\n'),
    'readonly?': bool,
    'type?': words,
    'options?': object({ 'a?': words, 'b?': odd }),
  }),
) as Arbitrary<Piece>;
const range = object({ 'min?': number, 'max?': number });
const devices = fc.dictionary(
  fc.constantFrom('gpu', 'tpu'),
  raw('1', '2', '1', '1.5', '3', '0'),
) as Arbitrary<Piece>;

const overridable = {
  'image?': words,
  'command?': textOrTexts,
  'parameters?': some(parameter),
  'inputs?': some(input),
  'mounts?': some(mount, 2),
  'environment?': words,
  'environment-variables?': some(variable, 2),
  'autorestart?': bool,
  'runtime-config-preset?': fc.constantFrom('', 'small') as Arbitrary<Piece>,
};
export const conditions: Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    'a.b > 1',
    'not x',
    'x is None',
    'f(a, 1)',
    "a in ('b', 'c')",
    'a[0]',
    '-x < 2',
    'lambda',
    'a.class == 1',
    '',
    ' a',
    'a < b < c',
    '{1, 2}',
    'f(x=1)',
    '[1]',
    'a ** 2',
    '(a).b',
    'a if b else c',
    "b'x'",
    '1 .a',
    'a, b',
    '-"a"',
    '{{1}, 2}',
  ),
  fc
    .array(
      fc.constantFrom(
        'a',
        'b.c',
        '1',
        '2.5',
        "'x'",
        '(',
        ')',
        ',',
        '.',
        '+',
        '-',
        '*',
        '/',
        '//',
        '<',
        '>=',
        '==',
        '!=',
        ' in ',
        ' not in ',
        ' is ',
        ' is not ',
        ' and ',
        ' or ',
        ' not ',
        'None',
        'True',
        '{',
        '}',
        'f(',
        ' ',
        '#',
        '"',
        '%',
        '[',
        ']',
        ':',
        '0x1f',
        '1_0',
        'r"\\"',
        'if',
        '\\',
        '1e5',
        '3or 4',
        '\n',
      ),
      { maxLength: 9 },
    )
    .map((pieces) => pieces.join('')),
);
const condition = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a.b > 1', 'not done') },
  { weight: 1, arbitrary: conditions },
);
export const step = object({
  name,
  ...overridable,
  image: words,
  command: textOrTexts,
  'outputs?': some(object({ name, 'description?': words }), 2),
  'cache-volumes?': some(words, 2),
  'environment-variable-groups?': some(words, 2),
  'description?': words,
  'icon?': words,
  'category?': words,
  'source-path?': words,
  'time-limit?': duration as Arbitrary<Piece>,
  'no-output-timeout?': duration as Arbitrary<Piece>,
  'stop-condition?': condition,
  'resources?': object({ 'cpu?': range, 'memory?': range, 'devices?': devices }),
  'upload-store?': words,
});

const rules = object({
  'items?': some(fc.oneof(words, number as Arbitrary<Raw>)),
  'value?': number,
  'min?': number,
  'max?': number,
  'count?': number,
  'integerify?': bool,
});
const task = object({
  name,
  step: name,
  'type?': fc.constantFrom(
    'grid_search',
    'Random-Search',
    'manual_search',
    'bayesian_tpe',
    'distributed',
    '',
    'other',
  ),
  parameters: some(
    object({ name, style: fc.constantFrom('linear', 'logspace', 'multiple', 'random', 'single'), rules }),
  ),
  'parameter-sets?': some(
    fc.dictionary(
      name.filter((key) => !key.includes('"')),
      odd,
    ) as Arbitrary<Piece>,
  ),
  'execution-count?': integer,
  'maximum-queued-executions?': integer,
  'optimization-target-metric?': words,
  'optimization-target-value?': number,
  'engine?': words,
  'on-child-error?': fc.constantFrom(
    'continue-and-complete',
    'Stop_all_and_error',
    '',
    'never',
  ) as Arbitrary<Piece>,
  'stop-condition?': condition,
  'reuse-children?': bool,
  'description?': words,
});

const action = object({
  when: fc.oneof(
    fc.constantFrom('node-complete', 'NODE-ERROR', 'later'),
    some(fc.constantFrom('node-starting', 'node-complete')),
  ) as Arbitrary<Piece>,
  // biome-ignore lint/suspicious/noThenProperty: a word of the file
  then: fc.oneof(
    fc.constantFrom('noop', 'stop-pipeline', 'require-approval'),
    some(fc.constantFrom('noop', 'error-pipeline')),
  ) as Arbitrary<Piece>,
  'if?': textOrTexts,
});
const override = object(overridable);
const run = {
  name,
  'commit?': fc.constantFrom('', 'abc', 'main') as Arbitrary<Piece>,
  'override?': override,
  'actions?': some(action, 2),
  'on-error?': fc.constantFrom('stop-all', 'stop-next', 'continue', 'retry'),
  'edge-merge-mode?': fc.constantFrom('replace', 'append'),
};
const node = fc.oneof(
  object({ ...run, type: fc.constant('execution'), step: name }),
  object({ ...run, type: fc.constant('task'), step: name }),
  object({ ...run, type: fc.constant('task'), task: name }),
  object({
    name,
    type: fc.constant('deployment'),
    deployment: name,
    'endpoints?': some(name),
    'aliases?': some(words),
    'actions?': some(action, 1),
    'on-error?': fc.constantFrom('stop-all', 'continue'),
  }),
);
const socket = fc
  .tuple(
    name,
    fc.constantFrom('output', 'input', 'parameter', 'metadata', 'dependency', 'file', 'nothing'),
    fc.constantFrom('*', 'a', 'b.c', 'x.y.z'),
  )
  .map((parts) => parts.join('.'));
const sockets = fc.oneof(
  { weight: 60, arbitrary: socket },
  { weight: 1, arbitrary: fc.constantFrom('a.output', 'a', '') },
);
const edge = fc.oneof(
  { weight: 20, arbitrary: fc.tuple(sockets, sockets) as Arbitrary<Piece> },
  {
    weight: 10,
    arbitrary: object({
      source: sockets,
      target: sockets,
      'configuration?': fc.dictionary(fc.constantFrom('a', 'b'), odd) as Arbitrary<Piece>,
    }) as Arbitrary<Piece>,
  },
  { weight: 1, arbitrary: some(sockets) },
);
const target = fc
  .tuple(name, fc.constantFrom('parameter', 'parameters', 'input'), name)
  .map((parts) => parts.join('.'));
const pipelineParameter = object({
  name,
  'default?': defaults,
  'targets?': fc.oneof(target, some(target)) as Arbitrary<Piece>,
  'category?': words,
  'description?': words,
});
const single = fc.tuple(pipelineParameter, target).map(([made, one]) => {
  const { targets: _, ...rest } = made;
  return { ...rest, target: one };
});
const pipeline = object({
  name,
  nodes: some(node, 4),
  edges: some(edge as Arbitrary<Piece>, 4),
  'parameters?': some(fc.oneof(pipelineParameter, single)),
  'reuse-executions?': bool,
});

const path = fc.constantFrom('/a', '/b', 'c', '');
const endpoint = fc
  .tuple(
    object({
      name: fc.constantFrom('a-b', 'ab', 'a1', 'Ab', 'a', '1a', 'ab\n'),
      image: words,
      'description?': words,
      'port?': raw('8000', '1025', '80', '8080.5', '65536') as Arbitrary<Piece>,
      'files?': some(object({ name, path: words, 'description?': words }), 2),
      'node-selector?': fc.constantFrom('a=b', 'ab'),
      'resources?': object({
        'cpu?': range,
        'memory?': range,
        'devices?': devices,
        'ephemeral-storage?': object({ 'min?': integer, 'max?': integer }),
      }),
      'tolerations?': some(
        object({
          'key?': words,
          'operator?': fc.constantFrom('Exists', 'Equal'),
          'value?': words,
          'effect?': fc.constantFrom('NoSchedule', 'NoExecute'),
        }),
        2,
      ),
      'shared-volumes?': some(
        object({ 'pvc-name': words, 'mount-path': path, 'sub-path?': path, 'read-only?': bool }),
      ),
      'workspace-volume?': object({ 'mount-path': path, size: integer, 'storage-class-name?': words }),
    }),
    fc.oneof(
      { weight: 10, arbitrary: fc.constant({ wsgi: 'a:b' }) },
      { weight: 10, arbitrary: fc.record({ 'server-command': textOrTexts }) },
      { weight: 1, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: fc.constant({ wsgi: 'a', 'server-command': 'b' }) },
    ),
  )
  .map(([made, served]) => ({ ...made, ...served }) as Piece);
const deployment = object({ name, 'defaults?': object({ 'target?': words, 'more?': odd }) });

const item = fc.oneof(
  { weight: 12, arbitrary: fc.record({ step }) },
  { weight: 4, arbitrary: fc.record({ task }) },
  { weight: 8, arbitrary: fc.record({ pipeline }) },
  { weight: 4, arbitrary: fc.record({ endpoint }) },
  { weight: 2, arbitrary: fc.record({ deployment }) },
  { weight: 1, arbitrary: fc.record({ sonnet: odd }) },
) as Arbitrary<Piece>;

/** A whole file. */
export const files: Arbitrary<string> = fc
  .array(item, { minLength: 1, maxLength: 6 })
  .map((items) => `${write(items).trimStart()}\n`);

const BITS = [
  ...[
    '\n',
    '  ',
    '- ',
    ': ',
    '{',
    '}',
    '[',
    ']',
    ',',
    '"',
    "'",
    '#',
    ' #',
    '&a ',
    '*a',
    '!',
    '!!str ',
    '!!int ',
    '!!float ',
  ],
  ...[
    '|',
    '>',
    '|2\n',
    '>-\n',
    '|+\n',
    '%',
    '@',
    '\t',
    '---\n',
    '...',
    '? ',
    '<<: ',
    '=',
    '\\',
    '\\x41',
    '\\u00e9',
    '\r\n',
    '\x85',
  ],
  ...[
    '1:30',
    '1.0',
    '0x1F',
    'yes',
    '~',
    '2020-01-02',
    '2020-13-01',
    '1e5',
    '1.5e+3',
    '.inf',
    '010',
    '08',
    '0b11',
    '1_000',
  ],
  ...[
    '\u2028',
    'é',
    '😀',
    '\ufeff',
    '-',
    '?',
    ':',
    '.',
    '`',
    '!<tag:yaml.org,2002:str> ',
    '!e!x ',
    '%TAG ! tag:e,1:\n',
    '%YAML 1.1\n---\n',
    'a',
    'b c',
  ],
];

/** Pieces of YAML in any order. */
export const soups: Arbitrary<string> = fc
  .array(fc.constantFrom(...BITS), { maxLength: 14 })
  .map((bits) => bits.join(''));

/** Real files with a few characters put in or taken out. */
export const damaged = (originals: string[]): Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom(...originals),
      fc.array(fc.tuple(fc.nat(), fc.constantFrom(...BITS), fc.nat(5)), { minLength: 1, maxLength: 4 }),
    )
    .map(([original, damages]) =>
      damages.reduce(
        (text, [place, bit, gone]) => {
          const at = place % (text.length + 1);
          return text.slice(0, at) + bit + text.slice(at + (gone < 3 ? 0 : gone));
        },
        original.slice(0, 1500),
      ),
    );

const texts = fc.oneof(
  words,
  fc.string({ unit: 'grapheme-ascii', maxLength: 8 }),
  fc.constantFrom('1.0', '$HOME', "a'b", '--x=1'),
);
const whole = fc.oneof(fc.integer(), fc.constantFrom('7', ' 8 ', '-1', '1_0', 'x', '1.5', ''));
const float = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constantFrom('1', '1e-5', 'inf', 'nan', '1_0.5', 'x', '.5'),
);
const BY_TYPE = { string: texts, integer: whole, float, flag: fc.boolean() };
const PASS_AS = [
  '--{name}={value}',
  '-{v}',
  '{name} {value}',
  '{{{name}}} {v}',
  '  --a  {value}  ',
  'fixed',
  '',
];

/** Steps whose parameters all have values, and commands with all that is filled in. */
export const runs: Arbitrary<{ text: string; values: Record<string, Record<string, unknown>> }> = fc
  .array(
    fc.constantFrom(...(Object.keys(BY_TYPE) as (keyof typeof BY_TYPE)[])).chain((type) =>
      fc.record({
        type: fc.constant(type),
        passAs: fc.option(fc.constantFrom(...PASS_AS)),
        passTrueAs: fc.option(fc.constantFrom('--yes', '-y {name}', '')),
        passFalseAs: fc.option(fc.constantFrom('--no', '')),
        multiple: fc.constantFrom(...(type === 'flag' ? ['none'] : ['none', 'repeat', 'separate'])),
        separator: fc.option(fc.constantFrom(' ', '', '::')),
        min: fc.option(fc.constant(-100), { freq: 1 }),
        values: fc.array(BY_TYPE[type] as Arbitrary<string | number | boolean>, { maxLength: 3 }),
        given: fc.boolean(),
      }),
    ),
    { maxLength: 5 },
  )
  .chain((parameters) => {
    const names = parameters.map((_, index) => `p${index}`);
    const holes = [
      '{parameters}',
      '{params}',
      '{source-path}',
      '{other}',
      '$x',
      '{}',
      'plain',
      '#!/bin/sh\n',
    ];
    const named = [...names, 'none'].flatMap((name) => [`{parameter:${name}}`, `{parameter-value:${name}}`]);
    const command = fc
      .array(fc.constantFrom(...holes, ...named), { maxLength: 5 })
      .map((parts) => parts.join(' '));
    return fc.array(command, { minLength: 1, maxLength: 3 }).map((commands) => {
      const values: Record<string, unknown> = {};
      const made = parameters.map(
        ({ type, multiple, passAs, passTrueAs, passFalseAs, separator, min, ...of }, index) => {
          const [first = type === 'flag'] = of.values;
          const value = multiple === 'none' ? first : of.values;
          if (of.given) values[`p${index}`] = value;
          return {
            name: `p${index}`,
            type,
            multiple,
            ...(passAs !== null && { 'pass-as': passAs }),
            ...(type === 'flag' && passTrueAs !== null && { 'pass-true-as': passTrueAs }),
            ...(type === 'flag' && passFalseAs !== null && { 'pass-false-as': passFalseAs }),
            ...(separator !== null && { 'multiple-separator': separator }),
            ...(min !== null && { min }),
            ...(!of.given && { default: value }),
          };
        },
      );
      const written = { name: 's', image: 'i', command: commands, 'source-path': 'a b.py', parameters: made };
      return { text: JSON.stringify([{ step: written }]), values: { s: values } };
    });
  });
