/** Our own provider, for programs of worker stacks: the entry at the installation is real, and no image is copied or looked for. */
import type { Kinds } from '../../components/provider/kind.ts';
import { azureImage } from '../../components/provider/kinds/azure-image.ts';
import { registryImage } from '../../components/provider/kinds/registry-image.ts';
import { type WorkerStackInputs, workerStack } from '../../components/provider/kinds/worker-stack.ts';
import { serveProvider } from '../../components/provider/server.ts';

interface Copied {
  repository: string;
  digest: string;
}

/** Kinds that name images which nobody has. */
export const withoutImages: Kinds = {
  'cove:azure:MachineImage': {
    ...azureImage,
    look: async () => [],
    create: async () => ({ id: 'image', outputs: { version: '24.04.202601010' } }),
  },
  'cove:image:RegistryImage': {
    ...registryImage,
    look: async () => [],
    delete: async () => {},
    create: async ({ repository, digest }: Copied) => {
      const reference = `${repository}@${digest}`;
      return { id: reference, outputs: { reference } };
    },
  },
};

/** `told`: what the installation is told instead, where a test's machines are no machines. */
export function serveWorkerStacks(told = (wanted: WorkerStackInputs) => wanted) {
  const kinds = {
    'cove:workers:WorkerStack': {
      ...workerStack,
      create: (wanted: WorkerStackInputs, context: never) => workerStack.create(told(wanted), context),
      update: (id: string, olds: never, wanted: WorkerStackInputs, context: never) =>
        workerStack.update(id, olds, told(wanted), context),
    },
    ...withoutImages,
  };
  return serveProvider({ kinds, version: '0.1.0', looks: true });
}
