import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App, Tags } from 'aws-cdk-lib';
import { contextOf } from './context.ts';
import { namesOf } from './names.ts';
import { ApiStack } from './stacks/api.ts';
import { EdgeStack } from './stacks/edge.ts';
import { NetworkStack } from './stacks/network.ts';
import { ObservabilityStack } from './stacks/observability.ts';
import { StateStack } from './stacks/state.ts';
import { WorkersStack } from './stacks/workers.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Feature flags and the operator's settings: the same whether the CDK's command line or another program synthesizes. */
const cdkJson = (): { context: Record<string, unknown> } =>
  JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));

export interface CreateAppOptions {
  /** Laid over the context of `cdk.json` and of the command line. */
  context?: Record<string, unknown>;
  /** Where `synth()` writes; the CDK's own choice by default. */
  outdir?: string;
  /** Folder that holds one folder per bundled function, by default `dist/functions`. */
  bundles?: string;
}

/**
 * The whole platform as a CDK app, ready to `synth()`.
 * @throws Error that names every bad context value, or the bundle that is missing
 */
export const createApp = ({
  context: given,
  outdir,
  bundles = join(root, 'dist/functions'),
}: CreateAppOptions = {}): App => {
  const app = new App({ outdir, context: cdkJson().context, postCliContext: given });
  const context = contextOf(app.node);
  const platform = { context, names: namesOf(context), bundles };
  const id = (part: string): string => platform.names.stack(part);

  const state = new StateStack(app, id('state'), platform);
  const network = new NetworkStack(app, id('network'), platform);
  const api = new ApiStack(app, id('api'), platform);
  const workers = new WorkersStack(app, id('workers'), platform);
  const edge = new EdgeStack(app, id('edge'), platform);
  const observability = new ObservabilityStack(app, id('observability'), platform);
  // What a stack imports must be there first; the queues stand before the API takes requests for them.
  workers.addStackDependency(state);
  workers.addStackDependency(network);
  api.addStackDependency(workers);
  edge.addStackDependency(api);
  observability.addStackDependency(api);

  Tags.of(app).add('thecloud:stage', context.stage);
  return app;
};

if (import.meta.main) {
  try {
    createApp().synth();
  } catch (error) {
    console.error(process.env.CDK_DEBUG === 'true' ? error : (error as Error).message);
    process.exitCode = 1;
  }
}
