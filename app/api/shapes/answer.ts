/** Answers that every kind of thing shares. */
import type { Readable } from 'node:stream';
import { z } from 'zod';

/** No body: the status says it. JSON Schema has no word for that but null. */
export const Nothing = z.null().describe('Done') as unknown as z.ZodVoid;
/** A sentence for a person. */
export const Message = z.object({ message: z.string() });

/** An answer of this media type, which is no JSON. */
export const answerOf = (type: string, description: string) => ({
  description,
  content: { [type]: { schema: z.string() as unknown as z.ZodType<string | Readable> } },
});

/** For a route whose body is described to its readers and read by its verb, or taken as it flows. */
export const unread = { validatorCompiler: () => (data: unknown) => ({ value: data }) };
/** A body of bytes. */
export const Bytes = z.string().meta({ format: 'binary' }) as unknown as z.ZodType<Readable>;
