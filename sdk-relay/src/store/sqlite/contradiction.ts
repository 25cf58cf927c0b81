/** What was read from a database is not what was written into it. */
export class Contradiction extends Error {
  override readonly name = 'Contradiction';
}
