/** A pipeline of the file in the form in which the API takes it (contract 1.9), as the official library converts it. */
import { splitSocket } from '../lint/broken.ts';
import { byName, isJson, type Json, listOf, objects, orNull, present } from './json.ts';
import { merged, parameterDefault, serializeOverride, serializeStep } from './serialize.ts';
import { taskTemplate } from './task.ts';

export interface ConvertedPipeline {
  edges: Json[];
  nodes: Json[];
  parameters: Record<string, Json>;
}

/** The file's items by kind and name, as a pipeline's nodes name them. */
interface Named {
  step: Map<string, Json>;
  task: Map<string, Json>;
  endpoint: Map<string, Json>;
  pipeline: Map<string, Json>;
}

export const pipelineNames = (config: Json[]): string[] => [...itemsOf(config).pipeline.keys()];

/**
 * `commit`: what the nodes run, where they name none of their own; `given`: values for the pipeline's parameters.
 * Null where the file has no such pipeline; throws a RangeError where a node names what the file does not have.
 */
export function convertPipeline(
  config: Json[],
  name: string,
  { commit, given = {} }: { commit: string; given?: Record<string, unknown> },
): ConvertedPipeline | null {
  const named = itemsOf(config);
  const pipeline = named.pipeline.get(name);
  if (!pipeline) return null;
  return {
    edges: listOf(pipeline.edges).map(convertEdge),
    nodes: objects(pipeline.nodes).map((node) =>
      node.type === 'deployment' ? deploymentNode(node, named, commit) : runNode(node, named, commit),
    ),
    parameters: Object.fromEntries(
      objects(pipeline.parameters).map((parameter) => [parameter.name, convertParameter(parameter, given)]),
    ),
  };
}

function itemsOf(config: Json[]): Named {
  const of = (...kinds: string[]) =>
    byName(config.flatMap((item) => kinds.flatMap((kind) => (isJson(item[kind]) ? [item[kind]] : []))));
  return {
    step: of('step'),
    task: of('task'),
    endpoint: of('endpoint'),
    pipeline: of('pipeline', 'blueprint'),
  };
}

function convertEdge(edge: unknown): Json {
  const { source, target, configuration } = Array.isArray(edge)
    ? { source: edge[0], target: edge[1], configuration: null }
    : (edge as Json);
  const [from, to] = [splitSocket(String(source)), splitSocket(String(target))];
  return {
    source_node: from[0],
    source_type: from[1],
    source_key: from[2],
    target_node: to[0],
    target_type: to[1],
    target_key: to[2],
    ...(isJson(configuration) && Object.keys(configuration).length > 0 && { configuration }),
  };
}

function convertParameter(parameter: Json, given: Record<string, unknown>): Json {
  const { name, target, targets, ...rest } = parameter;
  const value = Object.hasOwn(given, String(name)) ? given[String(name)] : (parameter.default ?? '');
  return {
    config: present({
      ...rest,
      name,
      category: orNull(rest.category),
      description: orNull(rest.description),
      targets: target === undefined ? listOf(orNull(targets)) : [target],
    }),
    expression: Array.isArray(value) ? { style: 'single', rules: { value } } : value,
  };
}

/** What every kind of node says of itself. */
function commonOf(node: Json): Json {
  const actions = objects(node.actions).map((action) => ({
    when: [...new Set(listOf(action.when).map((when) => String(when).toLowerCase()))].sort(),
    if: listOf(action.if),
    // biome-ignore lint/suspicious/noThenProperty: a word of the API
    then: listOf(action.then),
  }));
  return present({
    name: node.name,
    type: node.type,
    actions: actions.length === 0 ? null : actions,
    'on-error': node['on-error'] === 'stop-all' ? null : node['on-error'],
    'edge-merge-mode': node['edge-merge-mode'] === 'replace' ? null : node['edge-merge-mode'],
  });
}

function deploymentNode(node: Json, { endpoint }: Named, commit: string): Json {
  const endpoints = listOf(node.endpoints);
  const used = [...endpoint.keys()].filter((name) => endpoints.includes(name));
  return {
    ...commonOf(node),
    deployment: node.deployment,
    endpoints,
    commit,
    endpoint_configurations: Object.fromEntries(used.map((name) => [name, { files: {}, enabled: true }])),
    aliases: listOf(node.aliases),
  };
}

/** An execution or a task. */
function runNode(node: Json, named: Named, commit: string): Json {
  const task = orNull(node.task) === null ? null : found(named.task, 'task', node.task);
  const stepName = task ? task.step : node.step;
  const ownCommit = orNull(node.commit);
  const override = isJson(node.override) ? node.override : {};
  const elsewhere = ownCommit !== null && ownCommit !== commit;
  const { autorestart, ...step } = elsewhere
    ? serializeOverride(override)
    : overridden(found(named.step, 'step', stepName), override);
  const template: Json = { commit: ownCommit ?? commit, step: stepName, ...step };
  if (autorestart !== undefined) {
    template.runtime_config = { ...(isJson(step.runtime_config) ? step.runtime_config : {}), autorestart };
  }
  if (task) {
    const { fields, variants } = taskTemplate(task);
    Object.assign(template, fields);
    if (Object.keys(variants).length > 0)
      template.parameters = { ...(template.parameters as Json), ...variants };
  }
  return { ...commonOf(node), template };
}

function found(items: Map<string, Json>, kind: string, name: unknown): Json {
  const item = items.get(String(name));
  if (item) return item;
  const has = [...items.keys()].join(', ') || 'none';
  throw new RangeError(`the file has no ${kind} "${name}"; it has: ${has}`);
}

/** A step of this file with a node's own settings. */
function overridden(step: Json, override: Json): Json {
  const { 'no-output-timeout': timeout, ...serialized } = serializeStep(step);
  const values = (key: string, of: (item: Json) => unknown) =>
    Object.fromEntries(merged(key, step, override).map((item) => [item.name, of(item)]));
  const variables = values('environment-variables', ({ default: value }) => value ?? null);
  return {
    ...serialized,
    runtime_config: timeout === undefined ? {} : { no_output_timeout: timeout },
    ...serializeOverride(override),
    inputs: values('inputs', ({ default: value }) => listOf(value)),
    parameters: values('parameters', parameterDefault),
    ...(Object.keys(variables).length > 0 && { 'environment-variables': variables }),
  };
}
