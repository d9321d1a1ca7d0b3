import type { Caller } from '../../platform/http/caller.ts';
import type { ListRequest } from '../../platform/http/list.ts';
import type { Listed } from '../../platform/http/route.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import { type ScalingGroupRecord, scalingGroupOf } from './record.ts';
import type { GroupFilters, ScalingGroup } from './schema.ts';

export { type ScalingGroupRecord, scalingGroupKind } from './record.ts';

export interface ScalingGroupsOptions {
  store: ResourceStore<ScalingGroupRecord>;
}

/** The rules of scaling groups (contract 2.9). It only ever writes what is wanted; the controller brings it about. */
export class ScalingGroups {
  readonly #options: ScalingGroupsOptions;

  constructor(options: ScalingGroupsOptions) {
    this.#options = options;
  }

  /** A page where one is asked for, else the tenant's groups, newest first. */
  async list(caller: Caller, request: ListRequest, { state }: GroupFilters): Promise<Listed<ScalingGroup[]>> {
    const { tenant } = caller.principal;
    const filters = { equals: { status: state } };
    const listed = await this.#options.store.page(tenant, request, filters, caller.signal);
    return { ...listed, items: listed.items.map(scalingGroupOf) };
  }
}
