/** A service of the platform itself: Node, the platform's entry point and a settings file. */
import { join } from 'node:path';
import type * as pulumi from '@pulumi/pulumi';
import type { Named } from '../contract.ts';
import type { ServiceInputs } from '../provider/kinds/service.ts';
import { type File, Service } from './resources.ts';
import type { Site } from './site.ts';

export interface NodeServiceArgs extends Pick<Named<ServiceInputs>, 'rank' | 'startSeconds'> {
  site: Site;
  settings: File;
  /** Ceiling of the heap: it is what tells the garbage collector to take its time or not. */
  heapMegabytes: number;
  /** Besides its settings and the program. */
  watch: Record<string, pulumi.Input<string>>;
  probe?: Named<ServiceInputs>['probe'];
}

export function nodeService(
  name: string,
  { site, settings, heapMegabytes, rank, startSeconds, watch, probe }: NodeServiceArgs,
  options: pulumi.CustomResourceOptions,
): Service {
  return new Service(
    name,
    {
      installation: site.places.folder,
      name,
      command: site.node,
      args: [
        `--max-old-space-size=${heapMegabytes}`,
        // Node's default young generation alone may take 48 MB.
        '--max-semi-space-size=4',
        '--no-warnings',
        site.main,
        '--settings',
        settings.path,
      ],
      environment: {
        NODE_ENV: 'production',
        // Fewer arenas of the C library's allocator: less memory that nobody uses.
        MALLOC_ARENA_MAX: '2',
        // With the types already stripped a start takes half the time, and 17 MB less for the stripper.
        NODE_COMPILE_CACHE: join(site.places.data, 'compiled'),
      },
      rank,
      stopSeconds: 40,
      startSeconds,
      ...(probe === undefined ? {} : { probe }),
      watch: { settings: settings.sha256, program: site.program, ...watch },
    },
    options,
  );
}
