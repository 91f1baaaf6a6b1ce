/** Names whose kind Google Cloud keeps shorter than most, or writes otherwise. Pure. */
import { physicalName } from '../naming.ts';

/** Service accounts: 30. */
export const accountName = (installation: string, part: string) => physicalName(installation, part, 30);
/** Roles: 64, without hyphens. */
export const roleName = (installation: string, part: string) =>
  physicalName(installation, part, 64).replaceAll('-', '_');
/** Templates: 54 with the letters that are added, so that another one can be made beside the first. */
export const templatePrefix = (installation: string, part: string) =>
  `${physicalName(installation, part, 36)}-`;
