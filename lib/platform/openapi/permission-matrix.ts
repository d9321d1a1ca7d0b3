import { permissions } from '../auth/permissions.ts';
import { permits } from '../auth/principal.ts';
import type { AnyRoute } from '../http/route.ts';

interface Role {
  name: string;
  permissions: readonly string[];
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');

const byPath = (a: AnyRoute, b: AnyRoute): number => (a.path + a.method < b.path + b.method ? -1 : 1);

const whoMay = (route: AnyRoute, role: Role): string => {
  if (route.permission === 'public' || route.permission === 'authenticated') return 'yes';
  return permits(new Set(role.permissions), route.permission) ? 'yes' : '';
};

/** `docs/permissions.md`: roles × permissions × routes, and the list of public routes. */
export const permissionMatrix = (routes: readonly AnyRoute[], roles: readonly Role[]): string => {
  const sorted = [...routes].sort(byPath);
  const names = roles.map(({ name }) => name);
  const used = (permission: string) =>
    sorted
      .filter((route) => route.permission === permission)
      .map(({ method, path }) => `\`${method} ${path}\``)
      .join(', ');
  const open = sorted.filter(({ permission }) => permission === 'public');
  return `# Who may do what

Made from the route declarations by \`npm run openapi\`; CI compares. A role holds exact permissions, or \`*\` for all of
them and for what only administrators may do.

## Routes

${table(
  ['Route', 'Permission', ...names],
  sorted.map((route) => [
    `\`${route.method} ${route.path}\``,
    `\`${route.permission}\``,
    ...roles.map((role) => whoMay(route, role)),
  ]),
)}

## Permissions

${table(
  ['Permission', ...names, 'Routes'],
  ['*', ...permissions].map((permission) => [
    `\`${permission}\``,
    ...roles.map((role) => (permits(new Set(role.permissions), permission) ? 'yes' : '')),
    used(permission),
  ]),
)}

## Public routes

These ask for no credential. A route joins them only on purpose: a declaration without a permission does not compile.

${open.map(({ method, path, summary }) => `- \`${method} ${path}\`: ${summary}`).join('\n')}
`;
};
