import type { LambdaFunction } from '../runtime/lambda-function.ts';
import { RouteTable } from './match-route.ts';

export interface Integration {
  target: LambdaFunction;
  timeoutMilliseconds: number;
}

/** An HTTP API as the template describes it. */
export class HttpApi {
  readonly id: string;
  readonly routes = new RouteTable();
  readonly integrations = new Map<string, Integration>();
  /** Stages by name; `$default` is served without a prefix, others below `/<name>`. */
  readonly stages = new Map<string, { variables: Record<string, string> | undefined }>();

  constructor(id: string) {
    this.id = id;
  }

  /** Functions behind this API, each once. */
  functions(): LambdaFunction[] {
    return [...new Set([...this.integrations.values()].map(({ target }) => target))];
  }

  /** The stage that a path belongs to, and the path inside it. */
  stageOf(path: string): { stage: string; path: string } | undefined {
    const first = path.split('/')[1] ?? '';
    if (first !== '$default' && this.stages.has(first))
      return { stage: first, path: path.slice(first.length + 1) || '/' };
    return this.stages.has('$default') ? { stage: '$default', path } : undefined;
  }
}
