import { TemplateError } from '../template/template-error.ts';
import type { FunctionSettings } from './function-settings.ts';
import { type FunctionHost, LambdaFunction } from './lambda-function.ts';

/** All functions of the template, found by name or by the ARN of the function, a version or an alias. */
export class Functions {
  readonly #functions = new Map<string, LambdaFunction>();
  readonly #host: FunctionHost;

  constructor(host: FunctionHost) {
    this.#host = host;
  }

  add(settings: FunctionSettings): void {
    this.#functions.set(settings.name, new LambdaFunction(settings, this.#host));
  }

  /** @throws TemplateError where there is no such function */
  get(nameOrArn: string): LambdaFunction {
    const name = nameOrArn.match(/function:([^:/]+)/)?.[1] ?? nameOrArn;
    const found = this.#functions.get(name);
    if (!found) throw new TemplateError(`there is no function ${nameOrArn}`);
    return found;
  }

  list(): LambdaFunction[] {
    return [...this.#functions.values()];
  }

  async stop(): Promise<void> {
    await Promise.all(this.list().map((target) => target.stop()));
  }
}
