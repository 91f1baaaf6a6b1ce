/** Who proves what by which secret: each lies in a 0600 file below `keys/`; nothing else ever holds it. */
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import type { SecretRef } from '../contract.ts';
import type { Machine } from './machine.ts';
import { SecretFile } from './resources.ts';
import type { Site } from './site.ts';

/** A generated secret and when it was made: who was told the old one is told again when it is another. */
export interface Secret {
  file: SecretRef;
  made: pulumi.Output<string>;
}

export class Identity extends pulumi.ComponentResource {
  readonly postgresSuperuser: Secret;
  readonly vaultDatabase: Secret;
  readonly vaultSeal: Secret;
  readonly redisAdmin: Secret;
  /** Written by the bootstrap: how each service logs in to Vault. */
  readonly appRoles: { operator: string; api: string; scheduler: string };
  readonly vaultRecovery: string;
  /** Written by the bootstrap. */
  readonly workerToken: (environment: string) => string;

  constructor(
    name: string,
    { site, machine }: { site: Site; machine: Machine },
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('cove:local:Identity', name, {}, options);
    const key = (file: string) => join(site.places.keys, file);
    const secret = (file: string, encoding: 'base64url' | 'raw' = 'base64url'): Secret => {
      const { path, made } = new SecretFile(
        file,
        { path: key(file), bytes: 32, encoding },
        { parent: this, dependsOn: machine },
      );
      return { file: path, made };
    };
    this.postgresSuperuser = secret('postgres.superuser');
    this.vaultDatabase = secret('vault.database');
    this.vaultSeal = secret('vault.seal', 'raw');
    this.redisAdmin = secret('redis.admin');
    this.appRoles = {
      operator: key('approle-operator.json'),
      api: key('approle-api.json'),
      scheduler: key('approle-scheduler.json'),
    };
    this.vaultRecovery = key('vault-recovery.json');
    this.workerToken = (environment) => key(`worker-${environment}.token`);
    this.registerOutputs({});
  }
}
