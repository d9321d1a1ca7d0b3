/** A synthesized CloudFormation template, as far as the engine reads it. */
export interface Template {
  Parameters?: Record<string, { Type: string; Default?: unknown }>;
  Mappings?: Record<string, Record<string, Record<string, unknown>>>;
  Conditions?: Record<string, unknown>;
  Resources?: Record<string, TemplateResource>;
  Outputs?: Record<string, { Value: unknown; Condition?: string; Export?: { Name: unknown } }>;
}

export interface TemplateResource {
  Type: string;
  Properties?: Record<string, unknown>;
  DependsOn?: string | string[];
  Condition?: string;
  DeletionPolicy?: string;
}

/** One stack of a cloud assembly, ready to be provisioned. */
export interface Stack {
  /** CloudFormation's name of the stack, for example `the-cloud-local-state`. */
  name: string;
  template: Template;
  /** Where a file asset lies on disk, keyed by the object key under which CDK would upload it. */
  assets: ReadonlyMap<string, string>;
}

/** What a resource is once it exists: the answer to `Ref` and the answers to `Fn::GetAtt`. */
export interface Provisioned {
  ref: string;
  attributes: Record<string, unknown>;
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
