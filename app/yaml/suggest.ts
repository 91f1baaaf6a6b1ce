/** The name that was probably meant, if one is near enough: two slips, or one in a short name. */
export function nearest(found: string, names: readonly string[]): string | undefined {
  const near = names
    .map((name) => ({ name, slips: slipsBetween(found.toLowerCase().replaceAll('_', '-'), name) }))
    .filter(({ name, slips }) => slips <= (name.length < 5 ? 1 : 2));
  return near.sort((a, b) => a.slips - b.slips)[0]?.name;
}

/** Letters to add, drop or change (Levenshtein). */
function slipsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [i, letter] of Array.from(a).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(b).entries()) {
      next.push(Math.min(row[j + 1]! + 1, next[j]! + 1, row[j]! + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1)!;
}
