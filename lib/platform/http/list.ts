export type SortField = 'name' | 'createdAt' | 'state';
export type SortDirection = 'asc' | 'desc';

/** What a list route offers beyond the contract's full list. Every list also takes `q`. */
export interface ListOptions {
  sortBy: readonly SortField[];
  /** The order where none is asked for. Left out: newest first. */
  order?: { sortBy: SortField; sortDir: SortDirection };
  /** Names of the filters, for example `state`, `nodeId`, `tag`; their values are validated by the route's `query`. */
  filters?: readonly string[];
}

/** A parsed list request. */
export interface ListRequest {
  /** Whether any paging, sorting or searching parameter was given. Without: the full list, up to 1,000 items. */
  paged: boolean;
  /** From 1. Not given together with `cursor`. */
  page?: number;
  /** 1 to 100. */
  pageSize: number;
  sortBy: SortField;
  sortDir: SortDirection;
  /** As handed out by the page before. */
  cursor?: string;
  /** Case-insensitive substring of name or id. */
  q?: string;
}
