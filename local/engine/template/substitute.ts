/**
 * `Fn::Sub`: `${Name}` and `${Name.Attribute}` are replaced by what `lookUp` answers, `${!Literal}` becomes
 * `${Literal}`.
 */
export const substitute = (text: string, lookUp: (name: string) => unknown): string =>
  text.replaceAll(/\$\{(!?)([^}]*)\}/g, (_, literal: string, name: string) =>
    literal ? `\${${name}}` : String(lookUp(name.trim())),
  );

/** Names that a `Fn::Sub` text refers to, those given in its own map left out. */
export const substituted = (text: string, own: Record<string, unknown> = {}): string[] =>
  [...text.matchAll(/\$\{([^!}][^}]*)\}/g)]
    .map((match) => (match[1] ?? '').trim())
    .filter((name) => !(name in own));
