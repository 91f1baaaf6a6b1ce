/** What JSON cannot say and commands depend on: a text parameter's `1.0` is written so, and not as 1. */
import { pythonText } from './python.ts';
import { Float, isObject, member, type Tree, type TreeObject } from './values.ts';

/** An item of a file whose text parameters, those of overrides too, have their whole floats as text. */
export function keepPythonText(item: TreeObject): TreeObject {
  const entries = Object.entries(item);
  return Object.fromEntries(
    entries.map(([kind, data]) => [
      kind,
      kind === 'step' ? inList(data, 'parameters', inParameter) : inList(data, 'nodes', inNode),
    ]),
  );
}

function inList(data: Tree, key: string, change: (entry: Tree) => Tree): Tree {
  const list = isObject(data) ? member(data, key) : undefined;
  return isObject(data) && Array.isArray(list) ? { ...data, [key]: list.map(change) } : data;
}

function inNode(node: Tree): Tree {
  if (!isObject(node)) return node;
  const override = member(node, 'override');
  return override === undefined ? node : { ...node, override: inList(override, 'parameters', inParameter) };
}

function inParameter(parameter: Tree): Tree {
  if (!isObject(parameter) || (member(parameter, 'type') ?? 'string') !== 'string') return parameter;
  const entries = Object.entries(parameter);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, key === 'default' || key === 'choices' ? asText(value) : value]),
  );
}

function asText(value: Tree): Tree {
  if (Array.isArray(value)) return value.map(asText);
  return value instanceof Float && Number.isInteger(value.value) ? pythonText(value) : value;
}
