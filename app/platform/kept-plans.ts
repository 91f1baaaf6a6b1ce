/**
 * Plans that PostgreSQL keeps: for the statements that every job asks, planning takes most of their time. Asked for by
 * `keepPlans`, since of a list's plan more depends on what is looked for than it costs to plan it anew.
 */
import { type Kysely, type KyselyPlugin, RawNode, type RootOperationNode, SelectModifierNode } from 'kysely';
import type { Database } from './tables.ts';
import { perKey } from './together.ts';

/** In the text itself, for the driver is told nothing else of a statement. */
const MARK = '/* kept */';
/** A text with more is of a list, and of this one's length alone. */
const MOST_PARAMETERS = 60;
/** Each connection keeps its own. */
const MOST_PLANS = 500;

const mark = RawNode.createWithSql(MARK);
const plugin: KyselyPlugin = {
  transformQuery: ({ node }) => marked(node),
  transformResult: async ({ result }) => result,
};
function marked(node: RootOperationNode): RootOperationNode {
  switch (node.kind) {
    case 'RawNode':
      return RawNode.create(['', ` ${MARK}`], [node]);
    case 'SelectQueryNode':
      return {
        ...node,
        frontModifiers: [...(node.frontModifiers ?? []), SelectModifierNode.createWithExpression(mark)],
      };
    case 'InsertQueryNode':
    case 'UpdateQueryNode':
    case 'DeleteQueryNode':
      return { ...node, endModifiers: [...(node.endModifiers ?? []), mark] };
    default:
      return node;
  }
}

/** The same database, or transaction, for statements that are asked again and again and find few rows by their keys. */
export const keepPlans: <Db extends Kysely<Database>>(db: Db) => Db = perKey((db: Kysely<Database>) =>
  db.withPlugin(plugin),
) as never;

/** The names under which a pool's connections keep plans. */
export class PlanNames {
  #names = new Map<string, string>();
  #generation = 0;

  /** Null: its plan is not kept. */
  of(text: string, parameters: number): string | null {
    if (!text.includes(MARK) || parameters > MOST_PARAMETERS) return null;
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    if (this.#names.size >= MOST_PLANS) return null;
    const name = `${this.#generation}.${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }
  /** None of the plans so far is used again: a migration has changed what they give. */
  forget(): void {
    this.#names = new Map();
    this.#generation++;
  }
}

/** What a kept plan is told that gives other columns than it did; it stays refused on its connection. */
export const isOutdated = (error: unknown): boolean =>
  (error as { routine?: string } | null)?.routine === 'RevalidateCachedQuery';
