import httpJsonBodyParser from '@middy/http-json-body-parser';
import { decodeBody } from '@middy/util';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { CloudError } from '../errors/index.ts';
import type { HttpMiddleware, HttpRequest } from './exchange.ts';
import { invalidInput } from './issues.ts';
import { unsafeParts } from './text.ts';

/** Bytes. The largest legal input of the control plane is a tenth of it. */
export const maxJsonBytes = 1_048_576;

const bytesOf = ({ body, isBase64Encoded }: APIGatewayProxyEventV2): number => {
  if (!body) return 0;
  if (isBase64Encoded)
    return Math.floor((body.length * 3) / 4) - (body.endsWith('==') ? 2 : body.endsWith('=') ? 1 : 0);
  // A UTF-16 unit is at most three bytes of UTF-8, so most bodies need not be measured.
  return body.length * 3 <= maxJsonBytes ? body.length : Buffer.byteLength(body);
};

export interface BodyLimit {
  bytes: number;
  /** The way that a longer body can take, for the refusal. */
  advice?: string;
}

/** Refuses a body over the limit, on every route, read or not. @throws CloudError `OBJECT_TOO_LARGE` */
export const limitBody = ({ bytes, advice }: BodyLimit = { bytes: maxJsonBytes }): HttpMiddleware => {
  const message = `a request body can have at most ${bytes} bytes${advice ? `; ${advice}` : ''}`;

  const limitBodyBefore = ({ event }: HttpRequest) => {
    if (bytesOf(event) > bytes) throw new CloudError('OBJECT_TOO_LARGE', message);
  };

  return { before: limitBodyBefore };
};

/** Says what of a refused body was wrong; without its prototype guard JSON.parse is harmless, as it only makes plain fields. */
const refusal = (text: string, cause: unknown): CloudError => {
  try {
    const issues = unsafeParts(JSON.parse(text));
    if (issues.length > 0) return invalidInput(issues, cause);
  } catch (error) {
    return invalidInput([{ path: 'body', message: 'must be valid JSON' }], error);
  }
  return invalidInput([{ path: 'body', message: 'must be valid JSON' }], cause);
};

/**
 * Parses the body as JSON, whatever the content type says (contract 1.1), with the official parser and its guard against
 * polluting names. An empty body stays `undefined`, for the schema to accept or refuse.
 * @throws CloudError `INVALID_INPUT`
 */
export const parseBody = (): HttpMiddleware => {
  const official = httpJsonBodyParser({ disableContentTypeCheck: true }) as HttpMiddleware;

  const parseBodyBefore = (request: HttpRequest) => {
    const { event, context } = request;
    const { body, isBase64Encoded } = event;
    if (!body) return;
    try {
      official.before?.(request);
    } catch (error) {
      throw refusal(decodeBody(body, isBase64Encoded) as string, error);
    }
    context.exchange.json = event.body;
    const issues = unsafeParts(event.body);
    if (issues.length > 0) throw invalidInput(issues);
  };

  return { before: parseBodyBefore };
};
