/** Where the proving run takes place: in a container if one can run here, else as a plain process. */
import { type EngineState, imageTrouble } from '../checks/docker.ts';

export interface ServedEnvironment {
  slug: string;
  executor: 'docker' | 'process';
}
export interface Venue {
  environment: ServedEnvironment;
  /** Why it is not a container; null: it is one. */
  missing: string | null;
}

/** Image of the example's step; the one thing that the run needs and this machine may lack. */
export const EXAMPLE_IMAGE = 'python:3.12-slim';

/** What keeps a container from running here; null: nothing. */
export async function containerTrouble(
  engine: EngineState,
  environments: ServedEnvironment[],
  say: (line: string) => void,
): Promise<string | null> {
  if (!environments.some(({ executor }) => executor === 'docker')) {
    return 'the configuration has no environment with the docker executor';
  }
  if (engine.engine === null) return `no container engine: ${engine.why}`;
  return imageTrouble(engine.engine, EXAMPLE_IMAGE, say);
}

/** Null: there is no environment in which the example could run. */
export function chooseVenue(environments: ServedEnvironment[], missing: string | null): Venue | null {
  const wanted = missing === null ? 'docker' : 'process';
  const environment = environments.find(({ executor }) => executor === wanted);
  return environment === undefined ? null : { environment, missing };
}
