import type { Clock } from '../clock.ts';
import { CloudError, type ErrorKind, invalid } from '../errors/index.ts';
import { answerOf, jsonResponse, type LocatedRoute } from '../http/answer.ts';
import { errorEnvelope, jsonContentType, publicError } from '../http/envelope.ts';
import type { Exchange, HttpMiddleware, HttpRequest, Response } from '../http/exchange.ts';
import { outcomeOf } from '../http/outcome.ts';
import { statusOf } from '../http/status.ts';
import type { Item, Tables } from '../table/types.ts';
import { type AnswerSealer, newAnswerSeal, openAnswer } from './answer-seal.ts';
import { AnswerRecord, recordKey } from './record.ts';
import { IdempotentReplay } from './replay.ts';
import { type IdempotentRequest, idempotentRequest, type Remembered } from './request.ts';
import { requestHash } from './request-hash.ts';

/** Printable ASCII; the contract's 64 characters are a subset. */
const keyForm = /^[\x20-\x7e]{1,255}$/;

/** Refusals by a rule of business, which a repeat gets again. What is about time, rights or a fault may pass by itself. */
const remembered: ReadonlySet<ErrorKind> = new Set([
  'invalid',
  'not_found',
  'conflict',
  'unprocessable',
  'limit',
  'too_large',
]);

/**
 * `Idempotency-Key`: of any number of equal requests with one key, one acts and all get its answer, for 24 h.
 *
 * The answer's record is part of the service's own transaction, so neither can exist without the other, and nothing is
 * read beforehand: that a request is a repeat shows in its transaction's failed condition. Only a refusal has to be
 * looked up, as the repeat of a delete must get its 200 again and not "not found".
 */
export const idempotent = (options: {
  route: LocatedRoute;
  tables: Tables;
  clock: Clock;
  /** For answers that hold a secret; the route says so. */
  sealer?: AnswerSealer;
  /** Is told of a refusal that could not be remembered. */
  report: (error: unknown) => undefined;
}): HttpMiddleware => {
  const { route, tables, clock, sealer, report } = options;
  const encrypted = route.idempotent === 'encrypted';
  if (encrypted && !sealer)
    throw new Error(`${route.method} ${route.path} stores its answer encrypted and needs a sealer`);

  const scopeOf = ({ principal }: Exchange): string =>
    principal ? `${principal.tenant} ${principal.user}` : `${route.method} ${route.path}`;

  const idempotentBefore = async ({ event, context }: HttpRequest) => {
    const given = event.headers['idempotency-key'];
    if (given === undefined) return;
    if (!keyForm.test(given))
      throw invalid('Idempotency-Key', 'must have 1 to 255 printable ASCII characters');
    const { exchange } = context;
    exchange.idempotency = idempotentRequest({
      given,
      key: recordKey(scopeOf(exchange), given),
      hash: requestHash({
        key: given,
        method: route.method,
        path: event.rawPath,
        rawQuery: event.rawQueryString,
        json: exchange.json,
      }),
      requestId: exchange.requestId,
      timestamp: exchange.timestamp,
      now: Math.floor(clock.now() / 1_000),
      seal: encrypted && sealer ? await newAnswerSeal(sealer, exchange.signal) : undefined,
      remember: (result) => answerOf(route, exchange, outcomeOf(route, result).data),
    });
  };

  const parse = (found: Item | undefined): AnswerRecord | undefined => {
    if (!found) return undefined;
    const record = AnswerRecord.parse(found);
    return record.expires_at > clock.now() / 1_000 ? record : undefined;
  };

  const find = async ({ idempotency, signal }: Exchange): Promise<AnswerRecord | undefined> =>
    idempotency && parse(await tables.get(idempotency.key, { consistent: true, signal }));

  const replay = async (record: AnswerRecord, exchange: Exchange): Promise<Response> => {
    if (record.request !== exchange.idempotency?.hash) {
      throw new CloudError('IDEMPOTENCY_KEY_REUSED', 'this Idempotency-Key was used for another request');
    }
    let { body } = record;
    if (body !== undefined && record.sealed_key !== undefined) {
      if (!sealer) throw new Error('an answer is sealed and this function has no sealer');
      body = await openAnswer(sealer, record.sealed_key, body, exchange.signal);
    }
    const meta = { request_id: record.request_id, timestamp: record.at };
    const headers = { 'Idempotent-Replayed': 'true' };
    if (record.status >= 400) {
      return {
        statusCode: record.status,
        headers: { 'Content-Type': jsonContentType, ...headers },
        body: errorEnvelope(body ?? 'null', meta),
      };
    }
    return jsonResponse(route, exchange, {
      status: record.status,
      body,
      location: record.location,
      meta,
      headers,
    });
  };

  /** A replay that another request's write has caused. */
  const answerAgain = async (signal: IdempotentReplay, exchange: Exchange): Promise<Response> => {
    const record = parse(signal.found) ?? (await find(exchange));
    if (record) return replay(record, exchange);
    throw new CloudError('UNAVAILABLE', 'the first answer to this request is not available now', {
      cause: signal,
    });
  };

  /** Remembers what no transaction has: the answer of a request that changed nothing, or a refusal. */
  const remember = async (
    { idempotency, signal }: Exchange,
    answer: Remembered,
  ): Promise<IdempotentReplay | undefined> => {
    try {
      await tables.write((idempotency as IdempotentRequest).write(answer), { signal });
      return undefined;
    } catch (error) {
      if (error instanceof IdempotentReplay) return error;
      throw error;
    }
  };

  const idempotentAfter = async (request: HttpRequest) => {
    const {
      exchange,
      exchange: { idempotency, answered },
    } = request.context;
    if (!idempotency || idempotency.recorded || !answered) return;
    const earlier = await remember(exchange, answered);
    if (earlier) request.response = await answerAgain(earlier, exchange);
  };

  const idempotentOnError = async (request: HttpRequest) => {
    const { exchange } = request.context;
    const { error } = request;
    if (!exchange.idempotency) return;
    if (error instanceof IdempotentReplay) {
      request.response = await answerAgain(error, exchange);
      return;
    }
    if (!(error instanceof CloudError) || !remembered.has(error.kind)) return;
    const record = await find(exchange);
    if (record) {
      request.response = await replay(record, exchange);
      return;
    }
    const refusal = { status: statusOf[error.kind], body: publicError(error) };
    const earlier = await remember(exchange, refusal).catch(report);
    if (earlier) request.response = await answerAgain(earlier, exchange);
  };

  return { before: idempotentBefore, after: idempotentAfter, onError: idempotentOnError };
};
