/** What machines have and jobs take of them; defined in the protocol, for workers count with the same words. */
export { type Asked, booked, fits, freeBeside, type Resources, shareOf } from '../../protocol/room.ts';
