/** Answers that every kind of thing shares. */
import { z } from 'zod';

/** No body: the status says it. JSON Schema has no word for that but null. */
export const Nothing = z.null().describe('Done') as unknown as z.ZodVoid;
/** A sentence for a person. */
export const Message = z.object({ message: z.string() });
