/** Who talks to the relay: under a name of their own, or as whom the relay knows by a token. */
export type Guest = { readonly source: string } | { readonly token: string };

/** The name that a guest chose, where there is a choice. */
export const nameOf = (guest: Guest): string | undefined => ('source' in guest ? guest.source : undefined);
