/** What all our pods have in common: Pod Security's `restricted`, a root that cannot be written, requests and limits. Pure. */
import type { Size } from '../../config/checks/kubernetes-sizes.ts';

/** The user in our own images; official PostgreSQL and Valkey images have 999. */
export const OUR_USER = 10_001;
export const OFFICIAL_USER = 999;
/** Readable by owner and group: what files of a Secret are at most. */
export const SECRET_MODE = 0o440;

export const podSecurity = (user: number) => ({
  runAsNonRoot: true,
  runAsUser: user,
  runAsGroup: user,
  fsGroup: user,
  fsGroupChangePolicy: 'OnRootMismatch',
  seccompProfile: { type: 'RuntimeDefault' },
});

export const containerSecurity = () => ({
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
});

/** So much is kept free for it, and more memory it may not take; processor time that nobody needs it may. */
export function resourcesOf({ cpus, memoryGb }: Pick<Size, 'cpus' | 'memoryGb'>, share = 1) {
  const memory = `${Math.round(memoryGb * share * 1024)}Mi`;
  return {
    requests: { cpu: `${Math.round(cpus * share * 1000)}m`, memory },
    limits: { memory },
  };
}

/** Folders that may be written, gone with the pod. */
export const scratch = (name: string, medium?: 'Memory') => ({
  name,
  emptyDir: medium === undefined ? {} : { medium },
});

export const httpProbe = (path: string, port: number, scheme: 'HTTP' | 'HTTPS' = 'HTTP') => ({
  httpGet: { path, port, scheme },
  periodSeconds: 10,
  timeoutSeconds: 5,
});
export const execProbe = (...command: string[]) => ({
  exec: { command },
  periodSeconds: 10,
  timeoutSeconds: 5,
});
/** Seconds until a pod that starts is held against its liveness: three minutes. */
export const patient = <P extends object>(probe: P) => ({ ...probe, failureThreshold: 18 });
