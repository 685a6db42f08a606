/** The part of autocannon 9 that is used here; it brings no types. */
declare module 'autocannon' {
  type Client = { setBody(body: string): void };
  type Options = {
    url: string;
    method: 'POST';
    headers: Record<string, string>;
    body: string;
    connections: number;
    /** Seconds. */
    duration?: number;
    /** Requests in all. */
    amount?: number;
    /** How often it looks whether it is done, in milliseconds. */
    sampleInt: number;
    setupClient(client: Client): void;
  };
  type Result = { errors: number; non2xx: number };
  type Run = {
    /** Time in milliseconds. */
    on(
      event: 'response',
      listener: (client: Client, status: number, bytes: number, time: number) => void,
    ): void;
    on(event: 'start', listener: () => void): void;
  };
  function autocannon(options: Options, done: (error: Error | null, result: Result) => void): Run;
  namespace autocannon {
    export type { Result };
  }
  export = autocannon;
}
