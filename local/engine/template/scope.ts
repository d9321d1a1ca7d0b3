import type { Provisioned, Template } from './types.ts';

/** Everything that an intrinsic function of one stack may refer to. */
export interface Scope {
  stackName: string;
  template: Template;
  account: string;
  region: string;
  zones: readonly string[];
  /** Values of the stack's parameters. */
  parameters: ReadonlyMap<string, unknown>;
  /** A resource that has been provisioned already; undefined where it is absent by its condition or still to come. */
  resource(logicalId: string): Provisioned | undefined;
  /** @throws TemplateError where no stack before this one exports the name */
  importValue(name: string): unknown;
  /** @throws TemplateError where no stack before this one has the output */
  stackOutput(stackName: string, output: string): unknown;
  /** Value of a `{{resolve:…}}` reference, given without its braces. */
  dynamicReference(reference: string): string;
}
