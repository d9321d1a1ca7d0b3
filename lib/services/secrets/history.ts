import { invalid } from '../../platform/errors/index.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { Listed } from '../../platform/http/route.ts';
import type { Action } from '../actions/schema.ts';
import type { Actions } from '../actions/service.ts';
import { type SecretRecord, secretKind } from './record.ts';

/** Without paging; then by cursor. */
const maxActions = 100;

/** Who did what to a secret, its reads included, newest first. @throws CloudError `INVALID_INPUT` for another order */
export const historyOf = (
  actions: Pick<Actions, 'list'>,
  { tenant, id }: Pick<SecretRecord, 'tenant' | 'id'>,
  request: ListRequest,
  signal: AbortSignal,
): Promise<Listed<Action[]>> => {
  if (request.q !== undefined) throw invalid('q', 'actions can not be searched');
  if (request.sortDir !== 'desc') throw invalid('sortDir', 'actions are listed newest first');
  if ((request.page ?? 1) > 1) throw invalid('page', 'actions go on with the cursor of the page before');
  const limit = request.paged ? request.pageSize : maxActions;
  return actions.list({ tenant, kind: secretKind.kind, id }, { limit, cursor: request.cursor, signal });
};
