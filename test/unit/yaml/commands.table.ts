/** Cases of contract 2.9: parameters and commands of a step, given values, and the shell text they make. */
export interface Case {
  says: string;
  parameters?: Record<string, unknown>[];
  command: string | string[];
  sourcePath?: string;
  given?: Record<string, string | number | boolean | null | (string | number)[]>;
  shell: string;
}

const rate = { name: 'rate', type: 'float', default: 0.001 };
const epochs = { name: 'epochs', type: 'integer', default: 5 };

// Shell text has dollars and braces that are no template's.
// biome-ignore-start lint/suspicious/noTemplateCurlyInString: shell
export const CASES: Case[] = [
  { says: 'a command as it is', command: 'python train.py', shell: 'python train.py' },
  {
    says: 'commands trimmed and joined, blank ones left out',
    command: ['  pip list ', '', ' \n\t', 'python train.py\n'],
    shell: 'pip list && python train.py',
  },
  {
    says: 'a shebang on a line of its own',
    command: ['#!/bin/bash\nset -e\necho one', 'echo two'],
    shell: '#!/bin/bash\nset -e\necho one && echo two',
  },
  { says: 'a shebang alone', command: ['#!/bin/bash', 'echo two'], shell: '#!/bin/bash\necho two' },
  {
    says: 'a later "#!" as any line',
    command: ['echo one', '#!/bin/bash'],
    shell: 'echo one && #!/bin/bash',
  },
  {
    says: 'all parameters in the order of the file',
    parameters: [rate, epochs],
    command: 'train {parameters}',
    given: { epochs: 7 },
    shell: 'train --rate=0.001 --epochs=7',
  },
  {
    says: 'params for short',
    parameters: [epochs],
    command: 't {params} {params}',
    shell: 't --epochs=5 --epochs=5',
  },
  { says: 'no parameters as nothing', command: 'train {parameters}', shell: 'train' },
  {
    says: 'floats as Python prints them',
    parameters: [
      rate,
      { name: 'whole', type: 'float', default: 1.0 },
      { name: 'small', type: 'float', default: 1.5e-7 },
    ],
    command: 'train {parameters} {parameter-value:rate}',
    given: { rate: 0.00001 },
    shell: 'train --rate=1e-05 --whole=1.0 --small=1.5e-07 1e-05',
  },
  {
    says: 'an explicit null as not passed, though there is a default',
    parameters: [rate, epochs],
    command: 't {parameters} [{parameter:rate}] {parameter-value:rate}',
    given: { rate: null },
    shell: 't --epochs=5 [] None',
  },
  {
    says: 'a value without a default as nothing',
    parameters: [{ name: 'note', optional: true }],
    command: 't {parameters} [{parameter:note}] {parameter-value:note}',
    shell: 't  [] {parameter-value:note}',
  },
  {
    says: 'a flag only when it is given as true, whatever its default',
    parameters: [
      { name: 'a', type: 'flag', default: true },
      { name: 'b', type: 'flag' },
      { name: 'c', type: 'flag', default: true },
      { name: 'd', type: 'flag', 'pass-as': '-{name}' },
    ],
    command: 't {parameters}',
    given: { b: true, c: false, d: true },
    shell: 't --b -d',
  },
  {
    says: 'pass-true-as and pass-false-as instead of pass-as',
    parameters: ['on', 'off', 'unset'].map((name) => ({
      name,
      type: 'flag',
      'pass-as': '--ignored',
      'pass-true-as': '--with-{name}',
      'pass-false-as': '--without {name}={v}',
    })),
    command: 't {parameters}',
    given: { on: true, off: false },
    shell: 't --with-on --without off=False',
  },
  {
    says: 'nothing for false where only true has a form',
    parameters: [{ name: 'x', type: 'flag', 'pass-true-as': '--x' }],
    command: 't {parameters} {parameter-value:x}',
    given: { x: false },
    shell: 't  False',
  },
  {
    says: 'pass-as split before the value is put in, so that a value stays one word',
    parameters: [{ name: 'name', 'pass-as': '-n  {v}\t--also={value} {name}' }],
    command: 't {parameters}',
    given: { name: 'Ada Lovelace' },
    shell: "t -n 'Ada Lovelace' '--also=Ada Lovelace' name",
  },
  {
    says: 'values quoted for a shell',
    parameters: [{ name: 'x' }],
    command: 't {parameter:x} {parameter-value:x}',
    given: { x: "$(rm -rf /); it's" },
    shell: `t '--x=$(rm -rf /); it'"'"'s' '$(rm -rf /); it'"'"'s'`,
  },
  {
    says: 'a placeholder in a value as mere text',
    parameters: [{ name: 'x' }],
    command: 't {parameter:x}',
    given: { x: '{parameters} {v}' },
    shell: "t '--x={parameters} {v}'",
  },
  {
    says: 'doubled braces of pass-as as single ones, other fields as they are',
    parameters: [{ name: 'x', 'pass-as': '{{literal}}={v}' }],
    command: 't {parameters}',
    given: { x: 'y' },
    shell: "t '{literal}=y'",
  },
  {
    says: 'an empty value as a word',
    parameters: [{ name: 'x' }],
    command: 't {parameters} {parameter-value:x}',
    given: { x: '' },
    shell: "t --x= ''",
  },
  {
    says: 'an empty pass-as as the usual one',
    parameters: [{ name: 'x', 'pass-as': '' }],
    command: 't {parameters}',
    given: { x: 'y' },
    shell: 't --x=y',
  },
  {
    says: 'repeat: the pattern once per value',
    parameters: [{ name: 'x', multiple: 'repeat', 'pass-as': '-x {v}', default: ['a', 'b c'] }],
    command: 't {parameters}',
    shell: "t -x a -x 'b c'",
  },
  {
    says: 'separate: once, joined',
    parameters: [
      { name: 'x', multiple: 'separate', default: ['a', 'b c'] },
      { name: 'y', multiple: 'separate', 'multiple-separator': ' / ', type: 'float', default: [1.0, 2.5] },
    ],
    command: 't {parameters}',
    shell: "t '--x=a,b c' '--y=1.0 / 2.5'",
  },
  {
    says: 'a single default of a multiple parameter as a list of one',
    parameters: [{ name: 'x', multiple: 'repeat', default: 'a' }],
    command: 't {parameters} {parameter-value:x}',
    shell: `t --x=a '['"'"'a'"'"']'`,
  },
  {
    says: 'an empty list as nothing',
    parameters: [
      { name: 'x', multiple: 'repeat' },
      { name: 'y', multiple: 'separate', default: ['a'] },
    ],
    command: 't {parameters} {parameter-value:x}',
    given: { y: [] },
    shell: "t  '[]'",
  },
  {
    says: 'a list as Python prints it',
    parameters: [
      { name: 'n', type: 'integer', multiple: 'repeat' },
      { name: 'f', type: 'float', multiple: 'repeat' },
    ],
    command: '{parameter-value:n} {parameter-value:f}',
    given: { n: [1, 2], f: [1, 0.5] },
    shell: "'[1, 2]' '[1.0, 0.5]'",
  },
  {
    says: 'what is no placeholder, or unknown, as it is',
    parameters: [rate],
    command:
      'echo ${HOME} {} {a,b} { parameters } {parameter:nope} {parameter-value:nope} {unknown} {source-path}',
    shell:
      'echo ${HOME} {} {a,b} { parameters } {parameter:nope} {parameter-value:nope} {unknown} {source-path}',
  },
  {
    says: 'the shortest braces: inner text is taken, outer braces stay',
    parameters: [epochs],
    command: "awk '{print $1}' {{parameters}}",
    shell: "awk '{print $1}' {{parameters}}",
  },
  {
    says: 'a given value that the step does not know, by its value only',
    command: '{parameter-value:extra} {parameter:extra} {parameters}',
    given: { extra: 'a b' },
    shell: "'a b' {parameter:extra}",
  },
  {
    says: 'names with colons, spaces and letters of any language',
    parameters: [
      { name: 'a:b', default: '1' },
      { name: 'é à', default: '2' },
    ],
    command: '{parameter:a:b} {parameter-value:é à} {parameters}',
    shell: "--a:b=1 2 --a:b=1 '--é à=2'",
  },
  {
    says: 'the source path, quoted',
    command: 'python {source-path}',
    sourcePath: 'my jobs/train.py',
    shell: "python 'my jobs/train.py'",
  },
  {
    says: 'the later of two parameters with one name',
    parameters: [{ name: 'x', default: 'old' }, epochs, { name: 'x', default: 'new' }],
    command: '{parameters}',
    shell: '--x=new --epochs=5',
  },
];
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: shell
