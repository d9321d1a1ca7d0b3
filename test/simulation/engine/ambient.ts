import type { EgressRequest, EgressResponse } from '../../../lib/platform/egress/egress.ts';

/** One call of an AWS client. */
export interface AwsCall {
  /** The SDK's client name, for example `EC2Client`. */
  client: string;
  /** For example `RunInstancesCommand`. */
  command: string;
  input: object;
  maxAttempts: number;
  /** 0: whoever asks waits for as long as it takes. */
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

type Ask = (request: EgressRequest) => Promise<EgressResponse>;

let ask: Ask | undefined;

/** Says where requests to tenants' targets go. */
export const answerTargetsWith = (next: Ask | undefined): void => {
  ask = next;
};

export const sendToTarget: Ask = (request) => {
  if (!ask) throw new Error(`${request.url} was asked outside of a run`);
  return ask(request);
};
