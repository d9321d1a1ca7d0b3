import { builtinModules } from 'node:module';
import type { Plugin } from 'esbuild';

const builtins = new Set(builtinModules);

/** A property's name that can be the name of a binding. */
const identifier = /^[A-Za-z_$][\w$]*$/;
const reserved = new Set(['default', 'delete', 'import', 'export', 'class', 'function', 'new', 'with']);

/**
 * A module that takes from the built-in one what is asked of it, and no more: each export is marked as free of effects,
 * so that the bundler leaves out what nobody uses.
 */
const byName = (id: string, without: ReadonlySet<string> = new Set()): string => {
  const names = Object.keys(process.getBuiltinModule(id) ?? {}).filter(
    (name) => identifier.test(name) && !reserved.has(name) && !without.has(name),
  );
  const exported = names.map((name, index) => `e${index} as ${name}`);
  return [
    `const builtin = /* @__PURE__ */ process.getBuiltinModule('${id}');`,
    ...names.map((name, index) => `const e${index} = /* @__PURE__ */ (() => builtin.${name})();`),
    `export { builtin as default${exported.map((one) => `, ${one}`).join('')} };`,
  ].join('\n');
};

/** The module itself, for those that `require` it. */
const whole = (id: string): string => `module.exports = process.getBuiltinModule('${id}');`;

/** What Node itself takes from undici, and nobody takes from `node:http`. */
const ofUndici = new Set(['WebSocket', 'CloseEvent', 'MessageEvent']);

/**
 * An `import` of one of Node's own modules reads every one of its exports, for the module's namespace, and so loads what
 * Node itself would load on first use only: all of undici for `node:http`, which is a quarter of a bare function's init and
 * 5 MB. In a bundle such an import becomes a look-up of just the names that are used: `docs/adr/bundles.md`.
 */
export const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(?:node:)?[a-z_0-9/]+$/ }, ({ path, kind }) => {
      const name = path.replace(/^node:/, '');
      if (!builtins.has(name)) return undefined;
      const id = `node:${name}`;
      if (kind === 'import-statement') return { path: id, namespace: 'builtin', sideEffects: false };
      if (kind === 'require-call') return { path: id, namespace: 'whole-builtin' };
      // Whoever imports on first use gets all names at once, so only where those of undici can be left out.
      return id === 'node:http' ? { path: id, namespace: 'late-builtin' } : { path: id, external: true };
    });
    onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({ contents: byName(path) }));
    onLoad({ filter: /./, namespace: 'late-builtin' }, ({ path }) => ({ contents: byName(path, ofUndici) }));
    onLoad({ filter: /./, namespace: 'whole-builtin' }, ({ path }) => ({ contents: whole(path) }));
  },
};
