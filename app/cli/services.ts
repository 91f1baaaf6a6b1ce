/** The installation's processes as their supervisor sees them. */
import { askSupervisor, installationStatus } from '../../stacks/services.ts';
import { type EngineState, judgeEngine } from './checks/docker.ts';
import { CliError } from './errors.ts';
import type { Installation } from './installation.ts';

export interface Service {
  name: string;
  /**
   * `ok`: runs and answers; `failing`: runs, does not work as it should; `down`: does not run; `unproven`: a worker that
   * cannot run containers, on a machine where none ever ran.
   */
  health: 'ok' | 'failing' | 'down' | 'unproven';
  /** What was found where health is not `ok`. */
  detail: string | null;
  pid: number | null;
  address: string | null;
  uptimeSeconds: number | null;
  restarts: number;
}
export interface Services {
  supervisor: { pid: number | null };
  services: Service[];
}

/** Every service that should run, in the order they are started; true also when the supervisor is dead. */
export async function listServices({ places }: Installation): Promise<Services> {
  const { supervisor, services } = await installationStatus(places.folder);
  return {
    supervisor,
    services: services.map(({ name, health, found, pid, address, since, restarts }) => ({
      name,
      health,
      detail: found,
      pid,
      address,
      uptimeSeconds: pid === null || since === null ? null : (Date.now() - Date.parse(since)) / 1000,
      restarts,
    })),
  };
}

/** Pure: a worker that lives but whose jobs need an engine that is not there is no healthy worker. */
export function withEngine(
  services: readonly Service[],
  environments: readonly { slug: string; executor: string }[],
  engine: EngineState,
  proven: boolean,
): Service[] {
  const finding = judgeEngine(engine);
  const needy = new Set(
    environments.filter(({ executor }) => executor === 'docker').map(({ slug }) => `worker-${slug}`),
  );
  return services.map((service) =>
    engine.engine !== null || service.health !== 'ok' || !needy.has(service.name)
      ? service
      : {
          ...service,
          health: proven ? 'failing' : 'unproven',
          detail: `cannot run containers: ${engine.why}; its jobs wait. ${finding.todo}`,
        },
  );
}

export async function restartService({ places }: Installation, name: string): Promise<void> {
  await askSupervisor(places.folder, { action: 'restart', name }).catch((error: Error) => {
    throw new CliError(error.message);
  });
}
