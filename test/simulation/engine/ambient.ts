/** One call of an AWS client. */
export interface AwsCall {
  /** The SDK's client name, for example `EC2Client`. */
  client: string;
  /** For example `RunInstancesCommand`. */
  command: string;
  input: object;
  maxAttempts: number;
  requestTimeoutMilliseconds: number;
}

type Send = (call: AwsCall, signal: AbortSignal | undefined) => Promise<unknown>;

let send: Send | undefined;

/** Says where the calls of all AWS clients of this thread go. */
export const answerWith = (next: Send | undefined): void => {
  send = next;
};

export const sendToCloud: Send = (call, signal) => {
  if (!send) throw new Error(`${call.command} was sent outside of a run`);
  return send(call, signal);
};
