/** Values of inputs, whatever a program gave. */
import { hasUnknown } from '../../../components/provider/diff.ts';

export const text = (value: unknown): string => String(value ?? '');
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
export const texts = (value: unknown): string[] => list(value).map(text);
export const isKnown = (value: unknown): boolean =>
  value !== undefined && value !== null && !hasUnknown(value);
