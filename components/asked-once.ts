/** What many parts of a stack need and the cloud is asked for once: each question costs a round trip and counts against a limit. */

/** Answers that were asked for, kept with the stack's `site`; `ask` is called where its `key` is new to that. */
export function askedOnce<T>(): (site: object, key: string, ask: () => T) => T {
  const answers = new WeakMap<object, Map<string, T>>();
  return (site, key, ask) => {
    const known = answers.get(site) ?? new Map<string, T>();
    answers.set(site, known);
    const answer = known.has(key) ? (known.get(key) as T) : ask();
    known.set(key, answer);
    return answer;
  };
}
