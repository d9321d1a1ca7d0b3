import type * as z from 'zod/mini';
import type { Permission } from '../auth/permissions.ts';
import type { ErrorType } from '../errors/index.ts';
import type { Caller, PublicCaller } from './caller.ts';
import type { ListOptions, ListRequest } from './list.ts';
import type { RawRequest } from './raw-request.ts';

/** `ANY`: every method there is; such a route says itself which it takes. */
export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'ANY';

/**
 * Who may call: a permission, `*` for administrators, `authenticated` for any valid credential, `public` for anyone.
 * There is no default.
 */
export type Access = Permission | '*' | 'authenticated' | 'public';

// biome-ignore lint/suspicious/noExplicitAny: the schema's own type is what matters here
type Schema = z.ZodMiniType<any, any>;

/**
 * How a body is dressed (contract 1.2): `envelope` = data and meta; `bare` = itself; `split` = bare for the Go SDK
 * (its User-Agent starts with `go-resty/`), envelope for everybody else; `text` = `text/plain`; `raw` = as is.
 */
export type Shape = 'envelope' | 'bare' | 'split' | 'text' | 'raw';

export interface RouteSpec<
  A extends Access,
  P extends Schema | undefined,
  Q extends Schema | undefined,
  B extends Schema | undefined,
  R extends Schema | 'empty',
  L extends ListOptions | undefined,
  S,
> {
  method: Method;
  /** Contract form, parameters as `:id`. */
  path: `/${string}`;
  permission: A;
  summary: string;
  description?: string;
  /** Parsed from strings; every name stands in `path`. Left out: each parameter is a non-empty string. */
  params?: P;
  query?: Q;
  body?: B;
  /**
   * `raw`: the handler is given the request as it came, and neither query nor path parameters are parsed unless there is
   * a schema for them. For functions behind the REST API, which hands bodies and paths over as they were sent.
   */
  takes?: 'raw';
  /** The one success answer: status, and the schema that the answer is parsed with (which drops stored-only fields). */
  responds: { status: 200 | 201 | 202 | 204; body: R };
  /** Default `envelope`. */
  shape?: Shape;
  /** Error types beyond those that every route can answer with. */
  errors?: readonly ErrorType[];
  /**
   * Every mutating route says whether it honours `Idempotency-Key`; an exemption says why. `encrypted`: the answer
   * holds a secret, and is stored encrypted.
   */
  idempotent?: true | 'encrypted' | { exempt: string };
  /** `key` (default): the general token bucket. `auth`: also the bucket of the public auth routes. `none`: health, metrics. */
  rateLimit?: 'key' | 'auth' | 'none';
  /** The list's sort fields and filters; then `list` is given to the handler and pages are opt-in. */
  list?: L;
  handle(
    request: {
      params: P extends Schema ? z.output<P> : Record<string, string>;
      query: Q extends Schema ? z.output<Q> : Record<string, string>;
      body: B extends Schema ? z.output<B> : undefined;
      caller: A extends 'public' ? PublicCaller : Caller;
      list: L extends ListOptions ? ListRequest : undefined;
      /** Present where the route `takes: 'raw'`. */
      raw: RawRequest;
    },
    services: S,
  ): Promise<R extends Schema ? (L extends ListOptions ? Listed<z.input<R>> : z.input<R>) : void>;
}

/** What a list route's handler gives back: the items, and the page they are where one was asked for. */
export type Listed<Items> = {
  items: Items;
  page?: {
    page: number;
    pageSize: number;
    total: number;
    totalPages: number;
    sortBy: string;
    sortDir: string;
  };
  /** Opaque; absent on the last page. */
  nextCursor?: string;
};

export interface Route<S = unknown>
  // biome-ignore lint/suspicious/noExplicitAny: a list of routes holds all kinds of them
  extends Omit<RouteSpec<any, any, any, any, any, any, S>, 'handle'> {
  permission: Access;
  params?: Schema;
  query?: Schema;
  body?: Schema;
  responds: { status: 200 | 201 | 202 | 204; body: Schema | 'empty' };
  list?: ListOptions;
  // biome-ignore lint/suspicious/noExplicitAny: typed where the route is declared
  handle(request: any, services: S): Promise<any>;
}

/** A route whatever its services. */
// biome-ignore lint/suspicious/noExplicitAny: bivariant on purpose
export type AnyRoute = Route<any>;

/**
 * Declares a route: the one source for API Gateway, router, validation, permission, OpenAPI and the RBAC matrix.
 * The handler's input and answer are typed from the schemas.
 */
export const route =
  <S>() =>
  <
    A extends Access,
    R extends Schema | 'empty',
    P extends Schema | undefined = undefined,
    Q extends Schema | undefined = undefined,
    B extends Schema | undefined = undefined,
    L extends ListOptions | undefined = undefined,
  >(
    spec: RouteSpec<A, P, Q, B, R, L, S>,
  ): Route<S> =>
    spec as unknown as Route<S>;
