/** A process of the chain that can be killed and comes back. */
export interface Killable {
  /** The id of its process now. */
  readonly pid: number;
  /** Ends it with SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it anew; resolves when it runs. */
  restart(): Promise<void>;
}

/** The agent's side of the chain. */
export interface AgentProcess extends Killable {
  stop(): Promise<void>;
}
