/**
 * Where `pulumi up` enters: the stack's name is the installation's. Its config is the file that COVE_CONFIG names
 * (`cove env` sets it), else the stack's own `cove:config`, else `config/<stack>.yaml`.
 */
import * as pulumi from '@pulumi/pulumi';
import { loadConfig } from '../config/load.ts';
import { program } from './index.ts';

export default async () => {
  const file = process.env.COVE_CONFIG ?? new pulumi.Config('cove').get('config');
  try {
    return await program(loadConfig({ name: pulumi.getStack(), file }))();
  } catch (error) {
    // A person can mend it: the engine shows the message without our stack.
    if ((error as Error).name === 'ConfigError') throw new pulumi.RunError((error as Error).message);
    throw error;
  }
};
