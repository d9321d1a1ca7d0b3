interface Answer {
  statusCode: number;
  body: AsyncIterable<Uint8Array>;
}

interface Protocol {
  deserializeResponse(operation: unknown, context: unknown, response: Answer): Promise<object>;
}

const bytesOf = async ({ body }: Answer): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
};

/**
 * Makes a client of a JSON protocol give answers as they came over the wire: binary as base64, times as epoch seconds. That is
 * how Lambda writes a stream's records into an event, and it saves making values of them first. Errors stay the SDK's own.
 */
export const givePlainAnswers = (client: object): void => {
  const { protocol } = (client as { config: { protocol: Protocol } }).config;
  const usual = protocol.deserializeResponse.bind(protocol);
  protocol.deserializeResponse = async (operation, context, response) => {
    if (response.statusCode >= 300) return usual(operation, context, response);
    const answer = JSON.parse((await bytesOf(response)).toString()) as object;
    // The SDK's retries note their number in it.
    return { ...answer, $metadata: { httpStatusCode: response.statusCode } };
  };
};
