import { randomUUID } from 'node:crypto';
import type { ApiAnswer, ApiRequest } from '../platform/api.ts';
import type { World } from '../world.ts';
import type { Asked, Memory } from './memory.ts';
import type { TenantAccount } from './tenants.ts';

/** What no client gives up over at once. */
const isPassing = (status: number): boolean => status === 429 || status >= 500;

/** Answers that say that the platform has a bug, whatever was asked. */
const isBug = ({ status, error }: ApiAnswer): boolean =>
  status === 500 || (status === 503 && error?.type === 'INTERNAL');

/** One of a tenant's programs: asks, asks again under the same key where it got no answer, and remembers. */
export class Client {
  readonly world: World;
  readonly tenant: TenantAccount;
  readonly memory: Memory;

  constructor(world: World, tenant: TenantAccount, memory: Memory) {
    this.world = world;
    this.tenant = tenant;
    this.memory = memory;
  }

  read(path: string, query?: string): Promise<ApiAnswer> {
    return this.#send({ method: 'GET', path, query, key: this.tenant.key }, 3);
  }

  /** Asks for what each request does once more: nothing of it is asked for again later. */
  once(method: ApiRequest['method'], path: string, body: unknown, query?: string): Promise<ApiAnswer> {
    return this.#send({ method, path, body, query, key: this.tenant.key }, this.world.random.between(1, 3));
  }

  /** Changes something, at most once however often it is sent. */
  async change(
    method: ApiRequest['method'],
    path: string,
    body: unknown,
    {
      learn = () => undefined,
      query,
      action,
    }: { learn?: Asked['learn']; query?: string; action?: Asked['action'] } = {},
  ): Promise<ApiAnswer | undefined> {
    const { scheduler, random } = this.world;
    const request: ApiRequest = {
      method,
      path,
      body,
      query,
      key: this.tenant.key,
      idempotencyKey: randomUUID(),
    };
    const asked: Asked = { request, sentAt: scheduler.now(), learn, ...(action && { action }) };
    this.memory.asked.push(asked);
    return this.ask(asked, random.between(1, 5));
  }

  /** Sends a request that may have been sent before. */
  async ask(asked: Asked, most: number): Promise<ApiAnswer | undefined> {
    const answer = await this.#send(asked.request, most);
    if (isPassing(answer.status) && answer.error?.type !== 'RESOURCE_LIMIT_EXCEEDED') return undefined;
    asked.answer = answer;
    asked.answeredAt = this.world.scheduler.now();
    if (answer.status < 300) asked.learn(answer);
    return answer;
  }

  async #send(request: ApiRequest, most: number): Promise<ApiAnswer> {
    const { api, scheduler, random, broken } = this.world;
    for (let tries = 1; ; tries++) {
      const answer = await api(request);
      if (isBug(answer))
        broken.push(
          `${request.method} ${request.path} answered ${answer.status} ${JSON.stringify(answer.error)}`,
        );
      if (answer.status === 401)
        broken.push(`${request.method} ${request.path} answered 401 to a key that is good`);
      const isFull = answer.error?.type === 'RESOURCE_LIMIT_EXCEEDED';
      if (!isPassing(answer.status) || isFull || tries >= most) return answer;
      await scheduler.sleep(random.between(100, 3_000));
    }
  }
}
