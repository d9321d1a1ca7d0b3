import { TemplateError } from '../template/template-error.ts';

type Values = ReadonlyMap<string, string>;

/** `secretsmanager:<id>:SecretString:<json key>:<stage>:<version>`, where the id may be an ARN with its own colons. */
const secretReference =
  /^secretsmanager:(arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:[^:]+|[^:]+)(?::SecretString(?::([^:]*))?.*)?$/;

/**
 * Value of a dynamic reference, given without braces and `resolve:`.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
 *
 * @throws TemplateError where the secret or parameter does not exist (yet)
 */
export const dynamicReference = (reference: string, secrets: Values, parameters: Values): string => {
  const [, id, key] = reference.match(secretReference) ?? [];
  if (id) {
    const secret = secrets.get(id);
    if (secret === undefined) throw new TemplateError(`{{resolve:${reference}}}: there is no such secret`);
    return key ? String((JSON.parse(secret) as Record<string, unknown>)[key]) : secret;
  }
  const name = reference.match(/^ssm(?:-secure)?:([^:]+)/)?.[1];
  const parameter = name && parameters.get(name);
  if (parameter === undefined)
    throw new TemplateError(`{{resolve:${reference}}}: there is no such parameter`);
  return parameter;
};
