/** What a worker stack's scaler tells of its machines, as the database keeps it. The same form as in the protocol. */
export interface LookReport {
  wanted: number;
  largest: number;
  refusal: string | null;
  machines: {
    id: string;
    state: 'starting' | 'running' | 'ending';
    launched_at: string;
    stray?: true | undefined;
  }[];
}
/** By the group's name: how it looks, or why the cloud does not tell. */
export type StackReport = Record<string, LookReport | { error: string }>;

/** One of the orders that `Machines` knows; each may be carried out twice without harm. */
export type StackOrder = { grow: number } | { end: string[] } | { forgo: true };
