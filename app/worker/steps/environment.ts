/** The variables a job runs with, save those of its folders. Pure. */
import type { JobSpec } from '../../protocol/worker.ts';

/** What every job needs to know to reach the world from here. */
export interface Surroundings {
  /** The proxy's variables. */
  variables: Record<string, string>;
  /** Where the job finds the authorities to trust, the company's among them; absent where it has none. */
  authorities?: string | undefined;
  /** This machine's own, and that by which it is found from outside. */
  addresses?: { local: string; public: string };
}
/** Each library looks at another one. */
const AUTHORITIES = [
  'SSL_CERT_FILE',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'PIP_CERT',
  'AWS_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'NODE_EXTRA_CA_CERTS',
];

/** The surroundings first, then the user's own: those that say where the job is cannot be overwritten. */
export function jobEnvironment(
  job: JobSpec,
  { variables, authorities, addresses }: Surroundings = { variables: {} },
): Record<string, string> {
  const trusted = authorities === undefined ? [] : AUTHORITIES.map((name) => [name, authorities]);
  return {
    PYTHONUNBUFFERED: '1',
    ...variables,
    ...Object.fromEntries(trusted),
    ...job.environment_variables,
    VH_JOB_ID: `exec-${job.execution_id}`,
    VH_EXECUTION_ID: job.execution_id,
    VH_PROJECT_ID: job.project.id,
    ...(addresses && { VH_LOCAL_IP: addresses.local, VH_PUBLIC_IP: addresses.public }),
  };
}

type Variables = Readonly<Record<string, string>>;
/** Variables by which a user steers the worker: `1`, `yes` and `true` mean yes (contract 3.1). */
const isOn = (variables: Variables, name: string): boolean =>
  ['1', 'yes', 'true'].includes((variables[name] ?? '').trim().toLowerCase());

/** Nothing that is only kept may be there before or after. */
export const wantsCleanMachine = (variables: Variables): boolean => isOn(variables, 'VH_CLEAN');
export const wantsFreshData = (variables: Variables): boolean =>
  isOn(variables, 'VH_NO_DATA_CACHE') || wantsCleanMachine(variables);
export const wantsFreshImage = (variables: Variables): boolean =>
  isOn(variables, 'VH_NO_IMAGE_CACHE') || wantsCleanMachine(variables);
