/** The fields of a project that people set, and what holds for them. */
import { z } from 'zod';

export const ProjectName = z
  .string()
  .trim()
  .min(1, 'Give the project a name.')
  .max(100)
  .regex(/^[^/\\\p{Cc}]*$/u, 'A name may not contain / or \\.')
  .refine((name) => name !== '.' && name !== '..', 'Choose another name.');

export const MAX_PATH = 500;
/** Where `valohai.yaml` lies in the repository; empty means there. */
export const YamlPath = z
  .string()
  .trim()
  .max(MAX_PATH)
  .refine((path) => isInside(path), 'A path within the repository, like train/valohai.yaml.');

/** A list; of a form one text, or several. */
export const ProjectTags = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',') : value),
  z.array(z.string()),
);

/** Said without saying anything, as forms do. */
export const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';

/** Whether a path stays below where it starts. */
const isInside = (path: string): boolean =>
  !path.startsWith('/') && !/[\\\p{Cc}]/u.test(path) && !path.split('/').includes('..');

/** An empty or missing path means the usual one. */
export const yamlPathOr = (path: string | null | undefined): string => path?.trim() || 'valohai.yaml';
