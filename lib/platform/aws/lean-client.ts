interface SmithyClient {
  middlewareStack: { add(middleware: never, options: never): void; remove(name: string): boolean };
}

type Next = (args: { request?: { headers?: Record<string, string> } }) => Promise<unknown>;

/** What the SDK would find out anew for each call. */
const userAgent = `aws-sdk-js/3 lang/js md/nodejs#${process.versions.node} app/the-cloud`;

/**
 * Steps that do nothing for a table: copies of input and output for the SDK's own logger, which has nowhere to write; the
 * trace header by which Lambda finds functions that call themselves.
 */
const unused = ['loggerMiddleware', 'recursionDetectionMiddleware'];

/**
 * Takes out of a client what costs something with every call and does nothing for us; a third of a call's time. Each call is
 * then tried just once: the tables' retries are their own.
 * @throws Error for a step that the client does not have, so that a new SDK can't bring one back unnoticed
 */
export const makeLean = (client: object): void => {
  const { middlewareStack } = client as SmithyClient;
  for (const name of [...unused, 'getUserAgentMiddleware'])
    if (!middlewareStack.remove(name)) throw new Error(`the SDK's client has no step ${name}`);

  const nameSoftware = (next: Next) => (args: Parameters<Next>[0]) => {
    if (args.request?.headers) args.request.headers['user-agent'] = userAgent;
    return next(args);
  };
  middlewareStack.add(nameSoftware as never, { step: 'build', name: 'userAgent' } as never);

  // The signing step has its place after the SDK's retries, so an empty step stands there.
  const pass = (next: Next) => next;
  const place = { name: 'retryMiddleware', step: 'finalizeRequest', priority: 'high', override: true };
  middlewareStack.add(pass as never, place as never);
};
