/** Where an installation keeps its files: `COVE_HOME/<name>` and what lies in it. Pure. */
import { join } from 'node:path';

export interface Places {
  folder: string;
  keys: string;
  settings: string;
  certificates: string;
  data: string;
  logs: string;
  /** Bare repository of the example project. */
  example: string;
  /** Addresses, for people and scripts. */
  outputs: string;
}

export function placesOf(home: string, name: string): Places {
  const folder = join(home, name);
  return {
    folder,
    keys: join(folder, 'keys'),
    settings: join(folder, 'settings'),
    certificates: join(folder, 'certificates'),
    data: join(folder, 'data'),
    logs: join(folder, 'logs'),
    example: join(folder, 'example.git'),
    outputs: join(folder, 'outputs.json'),
  };
}
