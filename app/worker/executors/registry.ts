/** An image's name says which host is asked for it, and users give it: internal networks are not entered for them. */
import { InternalAddress, refuseInternal } from '../../platform/guarded-connect.ts';
import { DOCKER_HUB, parseImage } from '../../platform/image-size.ts';
import { type Job, JobFailure } from './executor.ts';

/**
 * Before an Engine or a kubelet pulls it. A registry for which the claim brought a login is the organisation's own word;
 * `trusted`: hosts inside that an operator allows. What does not resolve here is left to who pulls.
 */
export async function refuseInternalRegistry(
  { image, registry }: Pick<Job, 'image' | 'registry'>,
  trusted: readonly string[] = [],
): Promise<void> {
  const { host } = parseImage(image);
  const address = `https://${host}`;
  // Nobody names Docker Hub, and a company may have a mirror under its name. What is no host, no Engine takes.
  if (registry || host === DOCKER_HUB || !URL.canParse(address)) return;
  try {
    await refuseInternal(new URL(address), trusted);
  } catch (cause) {
    const who = 'An administrator can register a login for it, or an operator';
    const { message } = new InternalAddress(host, 'images', who);
    throw new JobFailure('job', `Image ${image} is not pulled: ${message}`, { cause });
  }
}
