/** Where every proxied path begins; never escaped, as the edge routes by it. */
const root = '/gw';

/** One character of a path, or one escape. */
const unit = /%[0-9A-Fa-f]{2}|./gs;

const decodeUnit = (text: string): string =>
  text.length === 3 ? String.fromCharCode(Number.parseInt(text.slice(1), 16)) : text;

/** Each byte as a character: enough to compare with prefixes, which are ASCII. */
const decode = (text: string): string => text.replaceAll(unit, decodeUnit);

const isDotted = (decoded: string): boolean =>
  decoded.split(/[/\\]/).some((segment) => segment === '.' || segment === '..');

export interface ProxiedPath {
  /** What follows `/gw`, as it was sent. */
  raw: string;
  /**
   * The same with every escape undone, for choosing the route. As the contract's reference compares decoded paths, and as no
   * escape may lead round a stricter route: a target undoes them, too.
   */
  decoded: string;
}

/**
 * Reads the path of a request below `/gw`; `undefined` where it is none.
 * A path with `.` or `..` as a segment, escaped or not, is `dotted`: a target would resolve it to a path that neither the
 * route's prefix nor its target says.
 */
export const parsePath = (path: string): (ProxiedPath & { dotted: boolean }) | undefined => {
  if (!path.startsWith(`${root}/`)) return undefined;
  const raw = path.slice(root.length);
  const decoded = decode(raw);
  return { raw, decoded, dotted: isDotted(decoded) };
};

/** `raw` without what spells `prefix`, which its decoded form begins with. */
const withoutPrefix = (raw: string, prefix: string): string => {
  const units = raw.match(unit) ?? [];
  return units.slice(prefix.length).join('');
};

const join = (base: string, path: string): string =>
  `${base.replace(/\/$/, '')}${path.startsWith('/') ? path : `/${path}`}`;

/**
 * Path and query that the target is asked for: strip, then join (contract 2.14). With the prefix stripped at least `/` is
 * left; without, the target sees `/gw/…` in full. A query of the target's own comes first.
 */
export const targetOf = (
  { raw }: ProxiedPath,
  rawQuery: string,
  route: { prefix: string; strip_prefix: boolean; url: URL },
): string => {
  const path = route.strip_prefix ? withoutPrefix(raw, route.prefix) : `${root}${raw}`;
  const query = [route.url.search.slice(1), rawQuery].filter((part) => part !== '').join('&');
  return `${join(route.url.pathname, path)}${query === '' ? '' : `?${query}`}`;
};
