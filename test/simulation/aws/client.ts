/**
 * Stands in the place of `lib/platform/aws/client.ts`: a client of the SDK's own class whose `send` goes to the run that is
 * under way. Commands, inputs, outputs and errors are the SDK's; nothing is serialized, nothing is signed.
 */
import { sendToCloud } from '../engine/ambient.ts';

interface Settings {
  maxAttempts?: number;
  requestHandler?: { requestTimeout?: number };
}

/** Removes and adds nothing, as there is no stack. */
const middlewareStack = { add: () => undefined, remove: () => true };

export const awsClient = <C extends object>(
  Client: new (config: never) => C,
  _service: string,
  { maxAttempts = 3, requestHandler }: Settings = {},
): C => {
  const requestTimeoutMilliseconds = requestHandler?.requestTimeout ?? 5_000;
  const send = (command: { input: object }, { abortSignal }: { abortSignal?: AbortSignal } = {}) =>
    sendToCloud(
      {
        client: Client.name,
        command: command.constructor.name,
        input: command.input,
        maxAttempts,
        requestTimeoutMilliseconds,
      },
      abortSignal,
    );
  return Object.assign(Object.create(Client.prototype) as C, { middlewareStack, send, config: {} });
};
