/** Values that are not known in a preview: touching one throws, so that nothing is concluded from it. */

/** The engine's marks for a value that is only known later (`@pulumi/pulumi`, sdk/go/common/resource/plugin). */
const MARKS = new Set([
  '1c4a061d-8072-4f0a-a4cb-0ff528b18fe7',
  '3eeb2bf0-c639-47a8-9e75-3b44932eb421',
  '04da6b54-80e4-46f7-96ec-b56ff0331ba9',
  '6a19a0b0-7e62-4c92-b797-7f8e31da9cc2',
  '030794c1-ac77-496b-92df-f27374a8bd58',
  'e48ece36-62e2-4504-bad9-02848725956a',
  'dd056dcd-154b-4c76-9bd3-c8f88648b5ff',
]);
/** For tests: text that is not known yet. */
export const UNKNOWN_TEXT = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

export class KnownLater extends Error {}

/** The same value; reading an unknown in it, at any depth, throws KnownLater. */
export function guarded<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get(target, key) {
      const found: unknown = Reflect.get(target, key);
      if (typeof found === 'string' && MARKS.has(found)) throw new KnownLater(String(key));
      return typeof found === 'object' ? guarded(found) : found;
    },
  });
}

/** Whether a value is there, known or not. Never throws. */
export function isSet(holder: unknown, key: string): boolean {
  try {
    const value = (holder as Record<string, unknown> | undefined | null)?.[key];
    return value !== undefined && value !== null && value !== '';
  } catch (error) {
    if (error instanceof KnownLater) return true;
    throw error;
  }
}
