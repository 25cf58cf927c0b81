/** Where the channel tells what it does; the Gateway's log fits. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
  debug?(message: string): void;
}
