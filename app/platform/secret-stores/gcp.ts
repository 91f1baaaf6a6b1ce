/** Google Secret Manager, by the machine's service account. The REST API: its client library brings gRPC with it. */
import { GoogleAuth } from 'google-auth-library';
import { type CloudSecrets, refusal } from './store.ts';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

export function gcpSecrets({ endpoint }: { endpoint?: string | undefined }): CloudSecrets {
  const auth = new GoogleAuth({ scopes: SCOPE });
  const base = `${endpoint ?? 'https://secretmanager.googleapis.com'}/v1`;
  const ask = async <T>(secret: string, right: string, url: string, data?: object): Promise<T> => {
    try {
      const answer = await auth.request<T>({ url, ...(data && { method: 'POST', data }) });
      return answer.data;
    } catch (error) {
      throw refusal(secret, (error as { status?: number }).status, error, { right });
    }
  };
  return {
    async read(secret) {
      const { versions } = await ask<{ versions?: { name: string }[] }>(
        secret,
        'roles/secretmanager.viewer',
        `${base}/${secret}/versions?pageSize=1&filter=${encodeURIComponent('state:ENABLED')}`,
      );
      const newest = versions?.[0]?.name;
      if (newest === undefined) return null;
      const { payload } = await ask<{ payload: { data: string } }>(
        secret,
        'roles/secretmanager.secretAccessor',
        `${base}/${newest}:access`,
      );
      return Buffer.from(payload.data, 'base64').toString();
    },
    async write(secret, text) {
      const data = { payload: { data: Buffer.from(text).toString('base64') } };
      await ask(secret, 'roles/secretmanager.secretVersionAdder', `${base}/${secret}:addVersion`, data);
    },
  };
}
