import type {
  BatchGetItemCommandInput,
  BatchWriteItemCommandInput,
  CancellationReason,
  QueryCommandInput,
  TransactWriteItem,
  TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb';
import { writeIdAttribute } from '../../../lib/platform/table/values.ts';
import { conditionOf } from './condition.ts';
import { cancelled, conditionFailed, conflict, inProgress, validation } from './errors.ts';
import type { Bindings } from './path.ts';
import { indexedAttributes, keysOf, tableNames } from './schema.ts';
import { asOf, type Entry, ItemStore, latest } from './store.ts';
import { updateOf } from './update.ts';
import { type Image, textOf } from './values.ts';

/** One item that a write has changed. */
export interface ItemWrite {
  table: string;
  key: Image;
  before: Image | undefined;
  after: Image | undefined;
  /** Whether it adds, and carries an id by which its repeat would be known. */
  addsOnce?: boolean;
}

export interface DatabaseOptions {
  now(): number;
  /** How long ago a read that need not be consistent may see, in milliseconds; asked for each read. */
  lag(): number;
  /** How many items a page of a query holds at most, besides its own limit; asked for each. */
  pageSize(): number;
  /** Told of what has just been written together. */
  written(writes: readonly ItemWrite[]): void;
}

interface Expressions {
  ConditionExpression?: string;
  UpdateExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Image;
}

/** A write in its one form: what it is of, when it may happen, and what it makes of the item. */
interface Planned {
  table: string;
  key: Image;
  allowed(item: Image | undefined): boolean;
  /** The item afterwards; for a check, the item as it was. */
  apply(item: Image | undefined): Image | undefined;
  returnsFound: boolean;
  writes: boolean;
}

const keyOf = ({ pk, sk }: Image): Image => ({ pk, sk }) as Image;

const bindingsOf = ({ ExpressionAttributeNames, ExpressionAttributeValues }: Expressions): Bindings => ({
  names: ExpressionAttributeNames ?? {},
  values: ExpressionAttributeValues ?? {},
});

const checkPlaceholders = (input: Expressions & { [name: string]: unknown }): void => {
  const text = Object.entries(input)
    .filter(([name, value]) => name.endsWith('Expression') && typeof value === 'string')
    .map(([, value]) => value)
    .join(' ');
  for (const name of [
    ...Object.keys(input.ExpressionAttributeNames ?? {}),
    ...Object.keys(input.ExpressionAttributeValues ?? {}),
  ])
    if (!new RegExp(`${name}(?![A-Za-z0-9_])`).test(text)) throw validation(`${name} is not used in ${text}`);
};

const checked = new Set<string>();

/** Placeholders that nothing uses are refused, as by DynamoDB; each shape of a request is looked at once. */
const checkOnce = (input: Expressions): void => {
  const shape = `${input.ConditionExpression}|${input.UpdateExpression}|${Object.keys({ ...input.ExpressionAttributeNames, ...input.ExpressionAttributeValues })}`;
  if (checked.has(shape)) return;
  checkPlaceholders(input as Expressions & { [name: string]: unknown });
  checked.add(shape);
};

const plan = (
  table: string,
  key: Image,
  input: Expressions & { ReturnValuesOnConditionCheckFailure?: string },
  apply: Planned['apply'],
  writes = true,
): Planned => {
  checkOnce(input);
  if (!textOf(key.pk) || !textOf(key.sk)) throw validation('a key must not be empty');
  const test = input.ConditionExpression === undefined ? undefined : conditionOf(input.ConditionExpression);
  const bindings = bindingsOf(input);
  return {
    table,
    key: keyOf(key),
    allowed: (item) => test?.(item ?? {}, bindings) ?? true,
    apply,
    returnsFound: input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD',
    writes,
  };
};

type Input = Expressions & {
  TableName?: string;
  Key?: Image;
  Item?: Image;
  ReturnValuesOnConditionCheckFailure?: string;
};

const planPut = (input: Input): Planned =>
  plan(input.TableName as string, input.Item as Image, input, () => input.Item);

const planDelete = (input: Input): Planned =>
  plan(input.TableName as string, input.Key as Image, input, () => undefined);

const planCheck = (input: Input): Planned =>
  plan(input.TableName as string, input.Key as Image, input, (item) => item, false);

const planUpdate = (input: Input): Planned => {
  const key = input.Key as Image;
  const update = input.UpdateExpression === undefined ? undefined : updateOf(input.UpdateExpression);
  return plan(input.TableName as string, key, input, (item) => {
    const before = item ?? key;
    try {
      return update ? update(before, bindingsOf(input)) : before;
    } catch (error) {
      throw validation((error as Error).message);
    }
  });
};

const planOf = ({ Put, Update, Delete, ConditionCheck }: TransactWriteItem): Planned => {
  if (Put) return planPut(Put as Input);
  if (Update) return planUpdate(Update as Input);
  if (Delete) return planDelete(Delete as Input);
  return planCheck(ConditionCheck as Input);
};

const addsOnce = ({ UpdateExpression = '', ExpressionAttributeNames = {} }: Input): boolean =>
  /\bADD\b/.test(UpdateExpression) && Object.values(ExpressionAttributeNames).includes(writeIdAttribute);

/** Client request tokens are good for so long. */
const tokenMilliseconds = 600_000;

/**
 * DynamoDB as far as the platform uses it, in memory: conditions, updates, transactions that conflict while they are under
 * way, indexes and reads that lag behind. What it answers is held against a real server by `database.test.ts`.
 */
export class Database {
  readonly #options: DatabaseOptions;
  readonly #stores: ReadonlyMap<string, ItemStore>;
  /** Items of transactions that are under way, by table and key. */
  readonly #locked = new Set<string>();
  readonly #tokens = new Map<string, { until: number; done: boolean }>();

  constructor(options: DatabaseOptions) {
    this.#options = options;
    this.#stores = new Map(
      Object.values(tableNames).map((name) => [name, new ItemStore(indexedAttributes(name))]),
    );
  }

  /** Everything in a table as it is now. */
  images(table: string): Generator<Image> {
    return this.#store(table).images();
  }

  get(table: string, pk: string, sk: string): Image | undefined {
    return latest(this.#store(table).find({ pk: { S: pk }, sk: { S: sk } }));
  }

  /** Removes an item as the time to live does: no stream tells of it. */
  expire(table: string, image: Image): void {
    this.#store(table).put(keyOf(image), undefined, this.#options.now());
  }

  /** One request that is over at once. @throws what the SDK throws */
  perform(command: string, input: object): object {
    switch (command) {
      case 'GetItemCommand':
        return this.#get(input as Input & { ConsistentRead?: boolean; ProjectionExpression?: string });
      case 'BatchGetItemCommand':
        return this.#batchGet(input as BatchGetItemCommandInput);
      case 'QueryCommand':
        return this.#query(input as QueryCommandInput);
      case 'PutItemCommand':
        return this.#single(planPut(input as Input), undefined);
      case 'UpdateItemCommand':
        return this.#single(
          planUpdate(input as Input),
          (input as { ReturnValues?: string }).ReturnValues,
          addsOnce(input as Input),
        );
      case 'DeleteItemCommand':
        return this.#single(planDelete(input as Input), undefined);
      case 'BatchWriteItemCommand':
        return this.#batchWrite(input as BatchWriteItemCommandInput);
      default:
        throw new Error(`the simulator's table does not know ${command}`);
    }
  }

  /**
   * Begins a transaction: its items are in conflict with every other write until it is committed.
   * @returns ends it, with all of its effects or none
   */
  begin({ TransactItems = [], ClientRequestToken: token }: TransactWriteItemsCommandInput): () => object {
    const known = token === undefined ? undefined : this.#tokens.get(token);
    if (known && known.until > this.#options.now()) {
      if (!known.done) throw inProgress();
      return () => ({});
    }
    const planned = TransactItems.map(planOf);
    const names = planned.map((one) => this.#nameOf(one));
    if (new Set(names).size < names.length)
      throw validation('Transaction request cannot include multiple operations on one item');
    if (names.some((name) => this.#locked.has(name)))
      throw cancelled(
        names.map((name) => ({ Code: this.#locked.has(name) ? 'TransactionConflict' : 'None' })),
      );
    for (const name of names) this.#locked.add(name);
    const progress = { until: this.#options.now() + tokenMilliseconds, done: false };
    if (token !== undefined) this.#tokens.set(token, progress);
    return () => {
      for (const name of names) this.#locked.delete(name);
      try {
        this.#commit(planned);
      } catch (error) {
        if (token !== undefined) this.#tokens.delete(token);
        throw error;
      }
      progress.done = true;
      return {};
    };
  }

  #commit(planned: readonly Planned[]): void {
    const items = planned.map((one) => latest(this.#store(one.table).find(one.key)));
    const reasons = planned.map((one, index): CancellationReason => {
      const item = items[index];
      if (one.allowed(item)) return { Code: 'None' };
      return { Code: 'ConditionalCheckFailed', ...(one.returnsFound && item && { Item: item }) };
    });
    if (reasons.some(({ Code }) => Code !== 'None')) throw cancelled(reasons);
    const after = planned.map((one, index) => one.apply(items[index]));
    this.#write(
      planned.flatMap(({ table, key, writes }, index) =>
        writes ? [{ table, key, before: items[index], after: after[index] }] : [],
      ),
    );
  }

  #write(writes: readonly ItemWrite[]): void {
    for (const { table, key, after } of writes) this.#store(table).put(key, after, this.#options.now());
    this.#options.written(writes);
  }

  #store(table: string): ItemStore {
    const store = this.#stores.get(table);
    if (!store) throw new Error(`there is no table ${table}`);
    return store;
  }

  #nameOf({ table, key }: Pick<Planned, 'table' | 'key'>): string {
    return `${table}\n${ItemStore.keyOf(key)}`;
  }

  #single(planned: Planned, returns: string | undefined, once = false): object {
    if (this.#locked.has(this.#nameOf(planned))) throw conflict();
    const before = latest(this.#store(planned.table).find(planned.key));
    if (!planned.allowed(before)) throw conditionFailed(planned.returnsFound ? before : undefined);
    const after = planned.apply(before);
    this.#write([{ table: planned.table, key: planned.key, before, after, addsOnce: once }]);
    return returns === 'ALL_NEW' && after ? { Attributes: after } : {};
  }

  /** An item as a read sees it. */
  #read(entry: Entry | undefined, consistent: boolean | undefined): Image | undefined {
    if (!entry) return undefined;
    return consistent ? latest(entry) : asOf(entry, this.#options.now() - this.#options.lag());
  }

  #get(input: Input & { ConsistentRead?: boolean; ProjectionExpression?: string }): object {
    const entry = this.#store(input.TableName as string).find(input.Key as Image);
    const item = this.#read(entry, input.ConsistentRead);
    return item ? { Item: projected(item, input.ProjectionExpression, bindingsOf(input)) } : {};
  }

  #batchGet({ RequestItems = {} }: BatchGetItemCommandInput): object {
    const Responses: Record<string, Image[]> = {};
    for (const [table, { Keys = [], ConsistentRead, ProjectionExpression, ...input }] of Object.entries(
      RequestItems,
    ))
      Responses[table] = Keys.flatMap((key) => {
        const item = this.#read(this.#store(table).find(key), ConsistentRead);
        return item ? [projected(item, ProjectionExpression, bindingsOf(input))] : [];
      });
    return { Responses };
  }

  #batchWrite({ RequestItems = {} }: BatchWriteItemCommandInput): object {
    const writes = Object.entries(RequestItems).flatMap(([table, requests]) =>
      requests.map(({ PutRequest, DeleteRequest }): ItemWrite => {
        const key = keyOf((PutRequest?.Item ?? DeleteRequest?.Key) as Image);
        return { table, key, before: latest(this.#store(table).find(key)), after: PutRequest?.Item };
      }),
    );
    const locked = writes.filter((write) => this.#locked.has(this.#nameOf(write)));
    if (locked.length > 0) throw conflict();
    for (const write of writes) this.#write([write]);
    return {};
  }

  #query(input: QueryCommandInput): object {
    const table = input.TableName as string;
    const keys = keysOf(table, input.IndexName);
    const bindings = bindingsOf(input as Expressions);
    const [, name = '', value = ''] = /^(#\w+) = (:\w+)/.exec(input.KeyConditionExpression as string) ?? [];
    if (bindings.names[name] !== keys.partition) throw validation('a query names one partition');
    const inKeys = conditionOf(input.KeyConditionExpression as string);
    const at =
      input.ConsistentRead && !input.IndexName
        ? Number.POSITIVE_INFINITY
        : this.#options.now() - this.#options.lag();
    const positions: { image: Image; at: string }[] = [];
    for (const entry of this.#store(table).partition(keys.partition, textOf(bindings.values[value]))) {
      const image = asOf(entry, at);
      if (image?.[keys.sort]?.S !== undefined && inKeys(image, bindings))
        positions.push({ image, at: positionOf(image, keys.sort) });
    }
    const sign = input.ScanIndexForward === false ? -1 : 1;
    positions.sort((a, b) => (a.at < b.at ? -sign : a.at > b.at ? sign : 0));
    const start = input.ExclusiveStartKey && positionOf(input.ExclusiveStartKey, keys.sort);
    const rest =
      start === undefined
        ? positions
        : positions.filter((one) => (sign > 0 ? one.at > start : one.at < start));
    const page = rest.slice(0, Math.min(input.Limit ?? Number.POSITIVE_INFINITY, this.#options.pageSize()));
    const last = page.at(-1);
    const filter = input.FilterExpression === undefined ? undefined : conditionOf(input.FilterExpression);
    const shown = page
      .map(({ image }) => (keys.projected ? only(image, keys.projected) : image))
      .filter((image) => filter?.(image, bindings) ?? true);
    return {
      Items: shown.map((image) => projected(image, input.ProjectionExpression, bindings)),
      ...(last &&
        page.length < rest.length && {
          LastEvaluatedKey: only(last.image, ['pk', 'sk', keys.partition, keys.sort]),
        }),
    };
  }
}

const positionOf = (image: Image, sort: string): string =>
  `${textOf(image[sort])}\u0000${textOf(image.pk)}\u0000${textOf(image.sk)}`;

const only = (image: Image, names: readonly string[]): Image => {
  const some: Image = {};
  for (const name of names) if (image[name] !== undefined) some[name] = image[name];
  return some;
};

/** Projections of the platform name attributes at the top alone. */
const projected = (image: Image, expression: string | undefined, { names }: Bindings): Image =>
  expression === undefined
    ? image
    : only(
        image,
        expression.split(', ').map((name) => names[name] ?? name),
      );
