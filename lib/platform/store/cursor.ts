import * as z from 'zod/mini';
import { invalid } from '../errors/index.ts';
import type { ListRequest } from '../http/list.ts';
import type { Position } from './order.ts';

/** Where the next page begins: after this position. It stays valid whatever is created or deleted meanwhile. */
export interface Cursor extends Position {
  /** Number of the page that it leads to. */
  page: number;
}

const Encoded = z.tuple([
  z.string(),
  z.string().check(z.maxLength(1024)),
  z.string().check(z.minLength(1), z.maxLength(64)),
  z.int().check(z.positive()),
]);

type Order = Pick<ListRequest, 'sortBy' | 'sortDir'>;

const orderOf = ({ sortBy, sortDir }: Order): string => `${sortBy} ${sortDir}`;

/** An opaque text. It holds nothing that its reader has not seen, and a store reads within the reader's tenant only. */
export const encodeCursor = (order: Order, { value, id, page }: Cursor): string =>
  Buffer.from(JSON.stringify([orderOf(order), value, id, page])).toString('base64url');

const refused = () => invalid('cursor', 'is not a cursor that a page has given');

const decode = (text: string): unknown => {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    throw refused();
  }
};

/** @throws CloudError `INVALID_INPUT` for a text that no page gave, or one of another order */
export const decodeCursor = (wanted: Order, text: string): Cursor => {
  const parsed = Encoded.safeParse(decode(text));
  if (!parsed.success) throw refused();
  const [order, value, id, page] = parsed.data;
  if (order !== orderOf(wanted)) throw invalid('cursor', 'belongs to a list in another order');
  return { value, id, page };
};
