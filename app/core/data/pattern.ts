/** Wildcards (contract 3.3): `*` within a folder, `**` across folders, `?` one character. Pure. */

/** Takes as many steps as pattern and name are long, whatever they are: no pattern of many stars can hang the server. */
export function matcher(pattern: string): (name: string) => boolean {
  const tokens = pattern.match(/\*\*\/|\*\*|\*|[^*]/gsu) ?? [];
  /** Twice the place in the pattern; odd: in the middle of a folder's name below a `**` that ends with a slash. */
  type Places = Set<number>;
  const arrive = (places: Places, at: number): void => {
    places.add(2 * at);
    if (tokens[at]?.startsWith('*')) arrive(places, at + 1);
  };
  const step = (from: Places, character: string): Places => {
    const places: Places = new Set();
    for (const place of from) {
      const at = place >> 1;
      const token = tokens[at];
      const slash = character === '/';
      if (token === '**' || (token === '*' && !slash)) arrive(places, at);
      else if (token === '**/' && slash) arrive(places, at);
      else if (token === '**/') places.add(2 * at + 1);
      else if (token === character || (token === '?' && !slash)) arrive(places, at + 1);
    }
    return places;
  };
  return (name) => {
    let places: Places = new Set();
    arrive(places, 0);
    for (const character of name) {
      if (places.size === 0) return false;
      places = step(places, character);
    }
    return places.has(2 * tokens.length);
  };
}

export const hasWildcard = (pattern: string): boolean => /[*?]/.test(pattern);

/** What stands before the first wildcard, up to the folder: names below it are what `keep-directories: suffix` keeps. */
export function rootOf(pattern: string): string {
  const at = pattern.search(/[*?]/);
  const fixed = at === -1 ? pattern : pattern.slice(0, at);
  return fixed.slice(0, fixed.lastIndexOf('/') + 1);
}
