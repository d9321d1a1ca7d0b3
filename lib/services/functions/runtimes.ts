/** How a runtime of the contract is run. */
export interface RuntimeRules {
  /** Lambda's name of what is nearest to it and still there: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html */
  lambda: 'nodejs24.x' | 'python3.12' | 'provided.al2023' | 'ruby3.3' | 'java21';
  /** What the file named by `handler` is given to; empty: it is a program itself. */
  command: string;
  /** Endings of a file that `name.export` can mean; none: the runtime has no plain handlers here. */
  modules: readonly string[];
}

/** Contract 2.10. Lambda has no `go run`: `go122` takes a program that was built for Linux on x86-64. */
export const runtimes = {
  nodejs20: { lambda: 'nodejs24.x', command: 'node', modules: ['.js', '.mjs', '.cjs'] },
  python312: { lambda: 'python3.12', command: 'python3', modules: ['.py'] },
  go122: { lambda: 'provided.al2023', command: '', modules: [] },
  ruby33: { lambda: 'ruby3.3', command: 'ruby', modules: ['.rb'] },
  java21: { lambda: 'java21', command: 'java -jar', modules: [] },
} as const satisfies Record<string, RuntimeRules>;

export type RuntimeName = keyof typeof runtimes;
export const runtimeNames = Object.keys(runtimes) as [RuntimeName, ...RuntimeName[]];

/**
 * The file that Lambda starts where a runtime has no loop of its own, before it looks for the layer's:
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html
 */
export const reservedFile = 'bootstrap';

/** `process`: the contract's model, a process for each invocation. `handler`: an exported function, as Lambda has it. */
export type Model = 'process' | 'handler';

/**
 * Which model a handler names, given the files of the archive: a file of that very name is run as a process, and
 * `name.export` with a module of that name is a plain handler. `undefined`: neither is there.
 */
export const modelOf = (
  runtime: RuntimeName,
  handler: string,
  files: ReadonlySet<string>,
): Model | undefined => {
  if (files.has(handler)) return 'process';
  const dot = handler.lastIndexOf('.');
  const name = handler.slice(0, dot);
  const { modules } = runtimes[runtime] as RuntimeRules;
  return dot > 0 && modules.some((ending) => files.has(name + ending)) ? 'handler' : undefined;
};
