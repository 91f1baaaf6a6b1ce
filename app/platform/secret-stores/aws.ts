/** AWS Secrets Manager, by the instance's role. */
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  type SecretsManagerServiceException,
} from '@aws-sdk/client-secrets-manager';
import { type CloudSecrets, refusal } from './store.ts';

export function awsSecrets(settings: { region: string; endpoint?: string | undefined }): CloudSecrets {
  const { region, endpoint } = settings;
  const client = new SecretsManagerClient({ region, ...(endpoint && { endpoint }) });
  return {
    async read(secret) {
      try {
        return (await client.send(new GetSecretValueCommand({ SecretId: secret }))).SecretString ?? null;
      } catch (error) {
        // An entry without a version, and no entry at all, have the same name; only the message tells them apart.
        if (statusOf(error) === 404 && /staging label|secret value/i.test((error as Error).message))
          return null;
        throw refusal(secret, statusOf(error), error, { right: 'secretsmanager:GetSecretValue' });
      }
    },
    async write(secret, text) {
      try {
        await client.send(new PutSecretValueCommand({ SecretId: secret, SecretString: text }));
      } catch (error) {
        throw refusal(secret, statusOf(error), error, { right: 'secretsmanager:PutSecretValue' });
      }
    },
  };
}

/** AWS answers 400 for nearly every refusal; its name says which. */
function statusOf(error: unknown): number | undefined {
  const { name, $metadata } = error as SecretsManagerServiceException;
  if (name === 'ResourceNotFoundException') return 404;
  if (name === 'AccessDeniedException') return 403;
  // The role reaches the instance a moment after its start.
  if (name === 'CredentialsProviderError' || /Throttl/.test(name)) return undefined;
  return $metadata?.httpStatusCode;
}
