/** The closed list of permissions: contract section 3, 59 in number. `*` stands for all. */
const verbs = {
  instance: ['launch', 'terminate', 'read', 'update'],
  vpc: ['create', 'delete', 'read', 'update'],
  volume: ['create', 'delete', 'read'],
  snapshot: ['create', 'delete', 'read', 'restore'],
  lb: ['create', 'delete', 'read', 'update'],
  db: ['create', 'delete', 'read'],
  secret: ['create', 'delete', 'read'],
  function: ['invoke', 'create', 'delete', 'read'],
  cache: ['create', 'delete', 'read', 'update'],
  queue: ['create', 'delete', 'read', 'write'],
  notify: ['create', 'delete', 'read', 'publish'],
  cron: ['create', 'delete', 'read', 'update'],
  gateway: ['create', 'delete', 'read'],
  stack: ['create', 'delete', 'read'],
  as: ['create', 'delete', 'read', 'update'],
  container: ['create', 'delete', 'read', 'scale'],
} as const;

type Verbs = typeof verbs;
export type Permission = { [K in keyof Verbs]: `${K}:${Verbs[K][number]}` }[keyof Verbs];

export const permissions: readonly Permission[] = Object.entries(verbs).flatMap(([kind, names]) =>
  names.map((verb) => `${kind}:${verb}` as Permission),
);

export const isPermission = (text: string): text is Permission | '*' =>
  text === '*' || (permissions as readonly string[]).includes(text);
