/** How the generator speaks to one kind of relay. A conversation's name is eight digits in all of them. */
export interface Dialect {
  /** Opens the only client of a conversation. */
  openClient(port: number, conversation: string, listener: ClientListener): Promise<ClientSide>;
  /** Opens the agent of all conversations. */
  openAgent(port: number, listener: AgentListener): Promise<AgentSide>;
}

/** What a client hears. Order, holes and repeats of the dialect's own numbers are checked before. */
export interface ClientListener {
  reply(content: string): void;
  delta(index: number, count: number, content: string): void;
}

/** What the agent hears. */
export interface AgentListener {
  event(conversation: string, content: string): void;
}

/** A client's connection. */
export interface ClientSide {
  submit(content: string): void;
  close(): void;
}

/** The agent's connection. */
export interface AgentSide {
  reply(conversation: string, id: string, content: string): void;
  delta(conversation: string, id: string, index: number, content: string): void;
  close(): void;
}
