/** A cache behavior of CloudFront: paths of this pattern go to this origin. */
export interface EdgeBehavior {
  /** `*` is any text, `?` any character. */
  pattern: string;
  /** Host name of the origin; its first label is an API's id. */
  domainName: string;
  /** Put before each path: a REST API's stage. */
  originPath: string;
}

const expressionOf = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    's',
  );

/** A distribution has a handful of patterns, and each request is held against them. */
const expressions = new Map<string, RegExp>();

/** Whether a behavior takes a path, as it was sent, without its query. */
export const takes = ({ pattern }: EdgeBehavior, path: string): boolean => {
  const known = expressions.get(pattern) ?? expressionOf(pattern.startsWith('/') ? pattern : `/${pattern}`);
  expressions.set(pattern, known);
  return known.test(path);
};
