/** Tells whether a peer has a certain defect. Each is named by the requirement that it breaks. */
export type Defects = (requirement: string) => boolean;

export const defects = (...broken: readonly string[]): Defects => {
  const names = new Set(broken);
  return (requirement) => names.has(requirement);
};
