/** What both kinds of load balancers have in common. Pure. */

/** Seconds that an answer may take, a quiet stream of live logs included. The API keeps its side open longer than Google. */
export const ANSWER_SECONDS = 3600;

/** `api`: as the instance group calls its port 8000. */
export const BACKEND = {
  protocol: 'HTTP',
  portName: 'api',
  timeoutSec: ANSWER_SECONDS,
  connectionDrainingTimeoutSec: 60,
  logConfig: { enable: true, sampleRate: 1 },
} as const;

/** Plain HTTP is sent on, and nothing else. */
export const TO_HTTPS = {
  httpsRedirect: true,
  redirectResponseCode: 'MOVED_PERMANENTLY_DEFAULT',
  stripQuery: false,
} as const;

/** Networks of a rule of Cloud Armor, at most. */
const MOST = 10;
export const chunked = <T>(all: T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / MOST) }, (_, index) =>
    all.slice(index * MOST, (index + 1) * MOST),
  );
