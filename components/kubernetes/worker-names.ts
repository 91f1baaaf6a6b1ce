/** What other parts have to know of an environment's group before it is made. Pure. */

/** Name of the ConfigMap with the template of its Jobs, and label of all that are made from it. */
export const workerGroup = (environment: string) => `worker-${environment}`;
/** What people read about the machines of an environment. */
export const kindOfMachine = ({ cpus, memoryGb, gpus }: { cpus: number; memoryGb: number; gpus: number }) =>
  `${cpus} CPU, ${memoryGb} GiB${gpus === 0 ? '' : `, ${gpus} GPU`}`;
