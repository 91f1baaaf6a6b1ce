import { z } from 'zod';

/** ISO 8601 with six fraction digits and `Z`, as the clients expect (client-contract 1.1). */
export const time = (date: Date): string => date.toISOString().replace(/(\.\d{3})Z$/, '$1000Z');
export const timeOrNull = (date: Date | null): string | null => (date === null ? null : time(date));

/** For schemas. */
export const Time = z.string().meta({ format: 'date-time' });
