/** What routes and verbs throw and catch; defined in platform so that the outermost glue can throw it too. */
export {
  CoveError,
  type ErrorCode,
  type FieldError,
  forbidden,
  invalid,
  notFound,
} from '../platform/errors.ts';
