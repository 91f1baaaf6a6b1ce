/** A task of the file, as part of the template of a pipeline's node. */
import { type Json, listOf, objects, present } from './json.ts';

export interface TaskTemplate {
  fields: Json;
  /** By the parameter's name: how its values come about. */
  variants: Record<string, Json>;
}

export function taskTemplate(task: Json): TaskTemplate {
  const configuration = present({
    engine: task.engine,
    execution_count: task['execution-count'],
    execution_batch_size: task['execution-batch-size'],
    optimization_target_metric: task['optimization-target-metric'],
    optimization_target_value: task['optimization-target-value'],
  });
  const fields = present({
    type: taskType(task.type),
    maximum_queued_executions: task['maximum-queued-executions'],
    on_child_error: childError(task['on-child-error']),
    stop_expression: task['stop-condition'],
    allow_reuse: task['reuse-children'] ?? false,
    configuration: Object.keys(configuration).length === 0 ? null : configuration,
  });
  const variants = new Map<string, Json>();
  for (const { name, style, rules } of objects(task.parameters)) variants.set(String(name), { style, rules });
  for (const [name, items] of collected(objects(task['parameter-sets']))) {
    variants.set(name, { style: 'multiple', rules: { items } });
  }
  return { fields, variants: Object.fromEntries(variants) };
}

/** `Grid-Search` is `grid_search`, which is also what is meant where nothing is told. */
export function taskType(type: unknown): string {
  return typeof type === 'string' && type !== '' ? type.toLowerCase().replaceAll('-', '_') : 'grid_search';
}

function childError(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value.toLowerCase().replaceAll('_', '-') : null;
}

/** The values of each parameter, over all sets. */
function collected(sets: Json[]): Map<string, unknown[]> {
  const values = new Map<string, unknown[]>();
  for (const set of sets) {
    for (const [name, value] of Object.entries(set)) values.set(name, [...listOf(values.get(name)), value]);
  }
  return values;
}
