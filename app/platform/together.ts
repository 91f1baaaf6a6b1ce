/**
 * Many who ask at the same time: what comes while others are under way goes together, as one. A burst costs a few rounds
 * instead of one each, and who comes alone waits for nobody.
 */

/** At once. What does not wait for each other need not wait for its turn. */
const AT_ONCE = 3;
/** A statement with more is longer under way than two of half. */
const MOST = 64;
/** Until all that the network brought in this moment is read: those go together. */
const moment = () => new Promise<unknown>((resolve) => setImmediate(resolve));

export interface Joint<In, Out> {
  /** In their order. Undefined: that one was not done, and goes alone. An error: none was, and each goes alone. */
  many(inputs: readonly In[]): Promise<readonly (Out | undefined)[]>;
  /** @default `many`, of it alone */
  one?(input: In): Promise<Out>;
  /** How many are under way before others are gathered. @default 3 */
  atOnce?: number;
}

export function together<In, Out>({
  many,
  atOnce = AT_ONCE,
  ...joint
}: Joint<In, Out>): (input: In) => Promise<Out> {
  const one = joint.one ?? (async (input) => (await many([input]))[0] as Out);
  const waiting: { input: In; resolve: (answer: Out | Promise<Out>) => void }[] = [];
  let underWay = 0;
  const go = async () => {
    underWay += 1;
    await moment();
    while (waiting.length > 0) {
      const batch = waiting.splice(0, MOST);
      const answers = await many(batch.map(({ input }) => input)).catch((): Out[] => []);
      for (const [at, { input, resolve }] of batch.entries()) {
        const answer = answers[at];
        resolve(answer === undefined ? one(input) : answer);
      }
    }
    underWay -= 1;
  };
  return (input) =>
    new Promise((resolve) => {
      waiting.push({ input, resolve });
      if (underWay < atOnce) void go();
    });
}

/** The same for each key apart: none waits for another one's. */
export function togetherBy<In, Out>(
  jointOf: (key: string) => Joint<In, Out>,
): (key: string, input: In) => Promise<Out> {
  const made = new Map<string, (input: In) => Promise<Out>>();
  return (key, input) => {
    const ask = made.get(key) ?? together(jointOf(key));
    made.set(key, ask);
    return ask(input);
  };
}

/**
 * For questions that many ask alike, by key: who asks while a look is under way shares the next one with all others, so that
 * no answer is older than its question. What is given is shared, too, and must not be changed.
 */
export function shared<Out>(): (key: string, look: () => Promise<Out>) => Promise<Out> {
  const asked = new Map<string, { hasBegun: boolean; answer: Promise<Out> }>();
  return (key, look) => {
    const last = asked.get(key);
    if (last && !last.hasBegun) return last.answer;
    const begin = () => {
      one.hasBegun = true;
      return look();
    };
    const one = { hasBegun: false, answer: (last?.answer ?? moment()).then(begin, begin) };
    asked.set(key, one);
    const forget = () => {
      if (asked.get(key) === one) asked.delete(key);
    };
    one.answer.then(forget, forget);
    return one.answer;
  };
}

/** What is made for each `key` once, and kept as long as that lives. */
export function perKey<Key extends object, Made>(make: (key: Key) => Made): (key: Key) => Made {
  const made = new WeakMap<Key, Made>();
  return (key) => {
    const found = made.get(key) ?? make(key);
    made.set(key, found);
    return found;
  };
}
