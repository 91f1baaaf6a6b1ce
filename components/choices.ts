/** What the operator's commands may decide for one run of a cloud stack, beside the config. */
import type { ImageSources } from './images.ts';

export interface Choices {
  /**
   * Names of what may be deleted although it holds data: `database`, `storage`, `secrets`, `mounts`; and `ingress`,
   * which the cloud guards. `cove destroy` runs an `up` with these first. @default none
   */
  purge?: string[];
  /**
   * Ends the name of the database's last backup where the stack names it, so that another installation of the same name
   * can leave one too. @default none
   */
  lastBackup?: string;
  /** Images to bring into the registry. @default what the config names, else what `npm run image` built */
  images?: ImageSources;
}
