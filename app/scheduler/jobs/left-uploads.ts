/** Parts of files whose worker never returned go, from people's own stores too, within a day (fault 2). */
import { abortUpload, forgetUpload, type LeftUpload, leftUploads } from '../../core/workers/left-uploads.ts';
import type { Job } from '../runner.ts';

const HOUR_MS = 3600_000;
/** The last address of a part was signed while the attempt lived, and works for six hours. */
const ABORT_MS = 12 * HOUR_MS;
/** A store that was deleted, or has refused us for so long, is its owner's to look after. */
const GIVE_UP_MS = 7 * 24 * HOUR_MS;

export function decide({ since }: Pick<LeftUpload, 'since'>, now: Date): 'keep' | 'abort' | 'give up' {
  const age = now.getTime() - since.getTime();
  if (age < ABORT_MS) return 'keep';
  return age < GIVE_UP_MS ? 'abort' : 'give up';
}

/** A store that failed is not asked again in the same pass. */
export const leftUploadsAt = (clock: () => Date): Job => ({
  name: 'left-uploads',
  everySeconds: 120,
  async run(context) {
    const { log } = context.platform;
    const failed = new Set<string>();
    for (const left of await leftUploads(context)) {
      const about = { store: left.storeId, key: left.storageKey };
      const verdict = decide(left, clock());
      if (verdict === 'give up') {
        log.warn(about, 'parts of an upload stay where they are: their store refuses to abort it');
        await forgetUpload(context, left.storageKey);
      } else if (verdict === 'abort' && !failed.has(left.storeId)) {
        await abortUpload(context, left).catch((err) => {
          failed.add(left.storeId);
          log.warn({ ...about, err }, 'an upload that nobody completes could not be aborted yet');
        });
      }
    }
  },
});

export const uploadsLeft = leftUploadsAt(() => new Date());
