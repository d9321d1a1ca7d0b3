import { CloudError } from '../errors/index.ts';
import { nameGuardKey } from '../table/keys.ts';
import type { Resource } from '../table/resource.ts';
import type { Write } from '../table/types.ts';
import { isFree } from './signals.ts';
import type { ResourceKind } from './types.ts';

/** The name as it is kept unique: by itself, or within its scope. A scope holds no `#`. */
export const guardedName = (scope: string | undefined, name: string): string =>
  scope === undefined ? name : `${scope}#${name}`;

const guardOf = <R extends Resource>(kind: ResourceKind<R>, resource: R) =>
  nameGuardKey(resource.tenant, kind.kind, guardedName(kind.nameScope?.(resource), resource.name));

/** Takes a name for a resource, where its kind has unique ones. @throws CloudError `CONFLICT` for a taken name */
export const takeName = <R extends Resource>(kind: ResourceKind<R>, resource: R): Write[] =>
  kind.names === 'unique'
    ? [
        {
          put: { ...guardOf(kind, resource), id: resource.id },
          when: isFree,
          otherwise: () =>
            new CloudError('CONFLICT', `the name ${resource.name} is taken by another ${kind.label}`),
        },
      ]
    : [];

/** Frees the name of a resource. */
export const freeName = <R extends Resource>(kind: ResourceKind<R>, resource: R): Write[] =>
  kind.names === 'unique' ? [{ delete: guardOf(kind, resource) }] : [];

/** Moves a resource from one name to another. */
export const moveName = <R extends Resource>(kind: ResourceKind<R>, before: R, after: R): Write[] =>
  before.name === after.name ? [] : [...takeName(kind, after), ...freeName(kind, before)];
