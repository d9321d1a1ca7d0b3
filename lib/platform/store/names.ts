import { CloudError } from '../errors/index.ts';
import { nameGuardKey } from '../table/keys.ts';
import type { Resource } from '../table/resource.ts';
import type { Write } from '../table/types.ts';
import { isFree } from './signals.ts';
import type { ResourceKind } from './types.ts';

type Named = Pick<Resource, 'tenant' | 'id' | 'name'>;

/** Takes a name for a resource, where its kind has unique ones. @throws CloudError `CONFLICT` for a taken name */
export const takeName = <R extends Resource>(kind: ResourceKind<R>, { tenant, id, name }: Named): Write[] =>
  kind.names === 'unique'
    ? [
        {
          put: { ...nameGuardKey(tenant, kind.kind, name), id },
          when: isFree,
          otherwise: () => new CloudError('CONFLICT', `the name ${name} is taken by another ${kind.label}`),
        },
      ]
    : [];

/** Frees the name of a resource. */
export const freeName = <R extends Resource>(kind: ResourceKind<R>, { tenant, name }: Named): Write[] =>
  kind.names === 'unique' ? [{ delete: nameGuardKey(tenant, kind.kind, name) }] : [];

/** Moves a resource from one name to another. */
export const moveName = <R extends Resource>(kind: ResourceKind<R>, before: Named, after: Named): Write[] =>
  before.name === after.name ? [] : [...takeName(kind, after), ...freeName(kind, before)];
