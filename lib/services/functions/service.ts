import { type CloudError, invalid, notFound } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { Listed } from '../../platform/http/route.ts';
import { requested } from '../../platform/lifecycle/requested.ts';
import { newRecord } from '../../platform/store/new-record.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import {
  type AcceptInvocation,
  type AcceptInvocationOptions,
  createAcceptInvocation,
} from './accept-invocation.ts';
import type { Archive } from './archive.ts';
import type { CodeStore } from './backend.ts';
import { codeRefOf } from './hosted.ts';
import type { Invocations } from './invocations.ts';
import type { Invoking } from './invoking.ts';
import { defaultMemoryMegabytes, defaultTimeoutSeconds, keptVersions } from './limits.ts';
import { type CodeRecord, type FunctionRecord, functionOf, functionUsage, versionsOf } from './record.ts';
import { createRunNow, type RunNow, type RunNowOptions } from './run-now.ts';
import { modelOf, type RuntimeName, reservedFile } from './runtimes.ts';
import type {
  CloudFunction,
  CodeVersion,
  CreateFunction,
  Invocation,
  PutCode,
  Rollback,
  UpdateFunction,
} from './schema.ts';

export { type AcceptInvocation, createAcceptInvocation } from './accept-invocation.ts';
export * from './handing-over.ts';
export { createInvocations } from './invocations.ts';
export type { Invoking } from './invoking.ts';
export { maxOutputBytes, maxSyncTimeoutSeconds, timedOutCode } from './limits.ts';
export { type FunctionRecord, functionKind } from './record.ts';
export { createRunNow, type RunNow } from './run-now.ts';

export interface FunctionsOptions extends AcceptInvocationOptions, RunNowOptions {
  store: ResourceStore<FunctionRecord>;
  invocations: Invocations;
  /** Made with the first request that needs it. */
  codes(): Promise<CodeStore>;
  inspect(code: Buffer): Promise<Archive>;
}

const withMessage = (path: string, found: FunctionRecord['codes']): CloudError =>
  invalid(path, `is not kept; there are ${found.map(({ version }) => version).join(', ')}`);

/** The rules of functions (contract 2.10). It writes what is wanted; the controller brings it about on Lambda. */
export class Functions {
  readonly #options: FunctionsOptions;
  readonly #runNow: RunNow;
  readonly #accept: AcceptInvocation;

  constructor(options: FunctionsOptions) {
    this.#options = options;
    this.#runNow = createRunNow(options);
    this.#accept = createAcceptInvocation(options);
  }

  /**
   * The archive is put first, and counts for nothing until the record refers to it.
   * @throws CloudError `INVALID_INPUT` naming what is wrong with the archive, `CONFLICT` for a taken name,
   *   `RESOURCE_LIMIT_EXCEEDED`
   */
  async create(caller: Caller, input: CreateFunction): Promise<CloudFunction> {
    const { store, newId } = this.#options;
    const created = newRecord(newId, caller);
    const code = await this.#putCode(caller, created, input, { handler: input.handler, version: 1 });
    const record: FunctionRecord = {
      ...created,
      name: input.name,
      status: 'ACTIVE',
      runtime: input.runtime,
      timeout: input.timeout ?? defaultTimeoutSeconds,
      memory_mb: input.memory_mb ?? defaultMemoryMegabytes,
      environment: input.environment ?? {},
      code,
      codes: [code],
      last_code: 1,
      event: requested(this.#options, caller, 'create'),
    };
    const answer = functionOf(record);
    await store.create(caller, record, { usage: functionUsage, answer });
    return answer;
  }

  /** A page where one is asked for, else the tenant's functions, newest first. */
  async list(caller: Caller, request: ListRequest): Promise<Listed<CloudFunction[]>> {
    const listed = await this.#options.store.page(caller.principal.tenant, request, {}, caller.signal);
    return { ...listed, items: listed.items.map(functionOf) };
  }

  /** @throws CloudError `NOT_FOUND` */
  async get(caller: Caller, id: string): Promise<CloudFunction> {
    return functionOf(await this.#find(caller, id));
  }

  /** @throws CloudError `NOT_FOUND`, `CONFLICT` for a taken name */
  async update(caller: Caller, id: string, update: UpdateFunction): Promise<CloudFunction> {
    const event = requested(this.#options, caller, 'update');
    const after = await this.#options.store.change(
      caller,
      id,
      () => ({ set: { ...update, status: 'ACTIVE', event }, intent: true }),
      functionOf,
    );
    return functionOf(after);
  }

  /** @throws CloudError `NOT_FOUND`, `INVALID_INPUT` naming what is wrong with the archive */
  async putCode(caller: Caller, id: string, input: PutCode): Promise<CloudFunction> {
    const event = requested(this.#options, caller, 'update');
    const before = await this.#find(caller, id);
    const handler = input.handler ?? before.code.handler;
    const put = await this.#putCode(
      caller,
      before,
      { ...input, runtime: before.runtime },
      { handler, version: 0 },
    );
    const after = await this.#options.store.change(
      caller,
      id,
      (current) => {
        const code = { ...put, version: current.last_code + 1 };
        const codes = [...current.codes, code].slice(-keptVersions);
        const kept = new Set(codes.map(({ sha256 }) => sha256));
        const unkept = [...(current.unkept ?? []), ...current.codes.map(({ sha256 }) => sha256)].filter(
          (sha256) => !kept.has(sha256),
        );
        return {
          set: {
            code,
            codes,
            last_code: code.version,
            status: 'ACTIVE',
            event,
            ...(unkept.length > 0 && { unkept: [...new Set(unkept)] }),
          },
          ...(unkept.length === 0 && { remove: ['unkept'] }),
          intent: true,
        };
      },
      functionOf,
    );
    return functionOf(after);
  }

  /** @throws CloudError `NOT_FOUND` */
  async versions(caller: Caller, id: string): Promise<CodeVersion[]> {
    return versionsOf(await this.#find(caller, id));
  }

  /** Goes back, or forth, to a code that is kept. @throws CloudError `NOT_FOUND`, `INVALID_INPUT` for one that is not */
  async rollback(caller: Caller, id: string, { version }: Rollback): Promise<CloudFunction> {
    const event = requested(this.#options, caller, 'rollback');
    const after = await this.#options.store.change(
      caller,
      id,
      ({ codes, code }) => {
        const wanted = codes.find((one) => one.version === version);
        if (!wanted) throw withMessage('version', codes);
        if (wanted.version === code.version) return undefined;
        return { set: { code: wanted, status: 'ACTIVE', event }, intent: true };
      },
      functionOf,
    );
    return functionOf(after);
  }

  /** @throws CloudError `NOT_FOUND` */
  async delete(caller: Caller, id: string): Promise<{ message: string }> {
    const answer = { message: 'function deleted' };
    const event = requested(this.#options, caller, 'delete');
    await this.#options.store.remove(caller, id, () => ({ set: { event } }), answer);
    return answer;
  }

  /** Runs it and waits, as `createRunNow` says. */
  async invoke(caller: Invoking, id: string, payload: Uint8Array): Promise<Invocation> {
    return (await this.#runNow(caller, id, payload)).invocation;
  }

  /** Accepts an invocation, as `createAcceptInvocation` says. */
  invokeAsync(caller: Invoking, id: string, payload: Uint8Array): Promise<Invocation> {
    return this.#accept(caller, id, payload);
  }

  /** The newest hundred, newest first. @throws CloudError `NOT_FOUND` */
  async logs(caller: Caller, id: string): Promise<Invocation[]> {
    return this.#options.invocations.list(await this.#find(caller, id), caller.signal);
  }

  /** @throws CloudError `NOT_FOUND` */
  async invocation(caller: Caller, id: string, invocationId: string): Promise<Invocation> {
    const { invocations } = this.#options;
    const found = await invocations.find(await this.#find(caller, id), invocationId, caller.signal);
    if (!found) throw notFound('invocation');
    return found;
  }

  #find({ principal, signal }: Invoking, id: string): Promise<FunctionRecord> {
    return this.#options.store.get(principal.tenant, id, { signal });
  }

  async #putCode(
    caller: Caller,
    owner: Pick<FunctionRecord, 'tenant' | 'id'>,
    input: { code: Buffer; runtime: RuntimeName },
    { handler, version }: { handler: string; version: number },
  ): Promise<CodeRecord> {
    const { inspect, codes, clock } = this.#options;
    const { files, sha256, size } = await inspect(input.code);
    if (files.has(reservedFile) && input.runtime === 'go122')
      throw invalid('code', `${reservedFile} is what Lambda runs itself: give the program another name`);
    const model = modelOf(input.runtime, handler, files);
    if (!model)
      throw invalid('handler', `the archive has no file ${handler}, nor a module with such an export`);
    await (await codes()).putIncoming(codeRefOf(owner, sha256), input.code, caller.signal);
    return { version, sha256, size, handler, model, at: new Date(clock.now()).toISOString() };
  }
}
