/** The blobs of a container, for the state store. */
import { DefaultAzureCredential } from '@azure/identity';
import { BlobServiceClient } from '@azure/storage-blob';
import type { Objects } from '../../engine/state-store.ts';
import { CliError, EXIT, needsAPerson } from '../../errors.ts';

export function containerObjects(account: string, container: string, initCommand: string): Objects {
  const client = new BlobServiceClient(
    `https://${account}.blob.core.windows.net`,
    new DefaultAzureCredential(),
  ).getContainerClient(container);
  const told = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      const {
        code = '',
        message,
        statusCode,
      } = error as { code?: string; message: string; statusCode?: number };
      if (code === 'ContainerNotFound' || /ENOTFOUND/.test(`${code} ${message}`))
        throw needsAPerson(
          `There is no storage account ${account} for the state.`,
          `\`${initCommand}\` makes it.`,
        );
      if (statusCode === 403)
        throw needsAPerson(
          `This login may not read the state in ${account}.`,
          'Whoever ran `init` gives you the two roles of docs/azure.md, "A colleague".',
        );
      throw new CliError(`The state in ${account} cannot be read: ${message.split('\n')[0]}`, {
        exitCode: EXIT.failed,
        todo: 'Log in, e.g. with `az login`, and run it again.',
      });
    }
  };
  return {
    list: (prefix) =>
      told(async () => {
        const names: string[] = [];
        for await (const { name } of client.listBlobsFlat({ prefix })) names.push(name);
        return names;
      }),
    read: (key) =>
      told(async () => {
        try {
          return (await client.getBlobClient(key).downloadToBuffer()).toString('utf8');
        } catch (error) {
          // A question for its length has no body to tell the code in.
          const { code, statusCode } = error as { code?: string; statusCode?: number };
          if (statusCode === 404 && (code === undefined || code === 'BlobNotFound')) return null;
          throw error;
        }
      }),
    remove: (key) => told(async () => void (await client.getBlobClient(key).deleteIfExists())),
  };
}
