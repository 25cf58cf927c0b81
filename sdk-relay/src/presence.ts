/** How many connections each participant has. */
export class Presence {
  readonly #connections = new Map<string, number>();

  /** @returns Whether the participant may have one more. */
  enter(source: string, limit: number): boolean {
    const count = this.#connections.get(source) ?? 0;
    if (count >= limit) return false;
    this.#connections.set(source, count + 1);
    return true;
  }

  leave(source: string): void {
    const count = this.#connections.get(source) ?? 0;
    if (count <= 1) this.#connections.delete(source);
    else this.#connections.set(source, count - 1);
  }
}
