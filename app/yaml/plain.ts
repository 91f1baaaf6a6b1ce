/** What JSON cannot say and commands depend on: a text parameter's `1.0` is written so, and not as 1. */
import { pythonText } from './python.ts';
import { Float, isObject, member, type Tree, type TreeObject } from './values.ts';

/** An item of a file whose text parameters, those of overrides too, have their whole floats as text. */
export function keepPythonText(item: TreeObject): TreeObject {
  return Object.fromEntries(Object.entries(item).map(([kind, data]) => [kind, inItem(data)]));
}

function inItem(data: Tree): Tree {
  if (!isObject(data)) return data;
  const parameters = member(data, 'parameters');
  const nodes = member(data, 'nodes');
  return {
    ...data,
    ...(Array.isArray(parameters) && { parameters: parameters.map(inParameter) }),
    ...(Array.isArray(nodes) && { nodes: nodes.map(inNode) }),
  };
}

function inNode(node: Tree): Tree {
  if (!isObject(node)) return node;
  const override = member(node, 'override');
  return override === undefined ? node : { ...node, override: inItem(override) };
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
