/** Kinds whose resources are found by a name within a scope, not by their id: objects by bucket and key. */
const within = '#IN#';

/** All resources of a kind within a scope; their sort keys are their names. */
export const namedPartition = (tenant: string, kind: string, scope: string): string =>
  `T#${tenant}#${kind}${within}${scope}`;

const pattern = /^T#([^#]+)#([A-Z0-9_]+)#IN#/;

/** Whose resource lies at such a key, or `undefined` where it is another one. Its id is an attribute. */
export const parseNamedKey = ({ pk }: { pk: string }): { tenant: string; kind: string } | undefined => {
  const [, tenant, kind] = pattern.exec(pk) ?? [];
  return tenant && kind ? { tenant, kind } : undefined;
};
