/** From a step's commands and values to the one shell text that is run (contract 2.9). */
import { pythonFloat, pythonRepr, pythonText, quote, splitWords, strip } from './python.ts';
import type { Atom, Parameter, Step, Value } from './step.ts';

const PLACEHOLDER = /\{([^\n]+?)\}/g;
const PASS_AS_FIELD = /\{\{|\}\}|\{(name|value|v)\}/g;

/**
 * The text for `/bin/sh -c`. `parameters`: given values; defaults are laid under them, save those of flags.
 * A null value is "not passed".
 */
export function interpolateCommand(step: Step, parameters: Record<string, Value>): string {
  const values = new Map(Object.entries(parameters));
  for (const { name, type, default: fallback } of step.parameters) {
    if (type !== 'flag' && fallback !== null && !values.has(name)) values.set(name, fallback);
  }
  const declared = new Map(step.parameters.map((parameter) => [parameter.name, parameter]));

  const replace = (placeholder: string, key: string): string => {
    if (key === 'source-path' && step.sourcePath !== null) return quote(step.sourcePath);
    if (key === 'parameters' || key === 'params') {
      return quoteAll(
        step.parameters.flatMap((parameter) => argumentsOf(parameter, values.get(parameter.name))),
      );
    }
    const [kind, name] = splitOnce(key);
    const parameter = declared.get(name);
    if (kind === 'parameter' && parameter) return quoteAll(argumentsOf(parameter, values.get(name)));
    const value = values.get(name);
    if (kind === 'parameter-value' && value !== undefined) return quote(plainText(parameter, value));
    return placeholder;
  };
  const commands = step.command.map((command) => strip(command.replace(PLACEHOLDER, replace)));
  return joinCommands(commands);
}

/** A parameter's words on the command line, not yet quoted. */
export function argumentsOf(parameter: Parameter, value: Value | undefined): string[] {
  if (value === null || value === undefined) return [];
  const words = splitWords(patternOf(parameter, value) ?? '');
  const fill = (text: string) => words.map((word) => fillWord(word, parameter.name, text));
  if (parameter.multiple === 'none') {
    if (!Array.isArray(value)) return fill(plainText(parameter, value));
    throw new TypeError(`${parameter.name} takes one value, not a list`);
  }
  const texts = (Array.isArray(value) ? value : [value]).map((atom) => plainText(parameter, atom));
  if (parameter.multiple === 'repeat') return texts.flatMap(fill);
  return texts.length === 0 ? [] : fill(texts.join(parameter.multipleSeparator));
}

function patternOf(parameter: Parameter, value: Value): string | null {
  if (parameter.type !== 'flag') return parameter.passAs ?? '--{name}={value}';
  const { passTrueAs, passFalseAs } = parameter;
  if (passTrueAs !== null || passFalseAs !== null) return value ? passTrueAs : passFalseAs;
  return value ? (parameter.passAs ?? '--{name}') : null;
}

/** Doubled braces stand for one, as in Python's format; other fields stay as they are. */
function fillWord(word: string, name: string, text: string): string {
  return word.replace(PASS_AS_FIELD, (found, field) =>
    field === undefined ? found.charAt(0) : field === 'name' ? name : text,
  );
}

/** As Python prints it: a float parameter's `1` is `1.0`, and words among numbers are numbers that JSON has no form for. */
function plainText(parameter: Parameter | undefined, value: Value): string {
  const type = parameter?.type;
  if (type !== 'float' && type !== 'integer') return pythonText(value);
  const atom = (one: Atom) => {
    if (typeof one === 'string') return one;
    return type === 'float' && typeof one === 'number' ? pythonFloat(one) : pythonRepr(one);
  };
  return Array.isArray(value) ? `[${value.map(atom).join(', ')}]` : atom(value);
}

function splitOnce(key: string): [kind: string, name: string] {
  const colon = key.indexOf(':');
  return colon < 0 ? [key, ''] : [key.slice(0, colon), key.slice(colon + 1)];
}

const quoteAll = (words: string[]): string => words.map(quote).join(' ');

/** One text: blank commands left out, a failing one ends the run; a `#!` first line keeps its own line. */
function joinCommands([first = '', ...rest]: string[]): string {
  const shebang = first.startsWith('#!') ? (first.split('\n', 1)[0] ?? '') : '';
  const commands = [shebang === '' ? first : first.slice(shebang.length + 1), ...rest];
  const joined = commands.filter((command) => strip(command) !== '').join(' && ');
  return shebang === '' ? joined : `${shebang}\n${joined}`;
}
