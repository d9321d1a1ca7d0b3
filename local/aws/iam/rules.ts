import { AwsError } from '../stand-in.ts';
import { mustNotBeNull, mustSatisfy, validationError } from '../validation.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html, in characters without white space. */
const maxTrustCharacters = 2_048;
const maxInlineCharacters = 10_240;

const invalid = (problem: string): AwsError =>
  new AwsError('ValidationError', validationError(problem).message);

const limitExceeded = (message: string): AwsError => new AwsError('LimitExceededException', message, 409);

/** @throws AwsError unless it is a name of at most so many characters */
export function checkName(
  member: string,
  value: string | undefined,
  maxLength: number,
): asserts value is string {
  if (!value) throw invalid(mustNotBeNull(member));
  if (value.length > maxLength)
    throw invalid(mustSatisfy(member, value, `have length less than or equal to ${maxLength}`));
  if (!/^[\w+=,.@-]+$/.test(value))
    throw new AwsError(
      'ValidationError',
      `The specified value for ${member} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
    );
}

/** @throws AwsError unless it is the ARN of a managed policy */
export const checkBoundary = (arn: string | undefined): void => {
  if (arn !== undefined && !/^arn:aws[a-z-]*:iam::(?:aws|\d{12}):policy\/[\w+=,.@/-]+$/.test(arn))
    throw new AwsError('ValidationError', `ARN ${arn} is not valid.`);
};

const sizeOf = (document: string): number => document.replace(/\s/g, '').length;

const malformed = (message: string): AwsError => new AwsError('MalformedPolicyDocumentException', message);

const statementsOf = (document: string): Record<string, unknown>[] => {
  try {
    const { Statement } = JSON.parse(document);
    return Array.isArray(Statement) ? Statement : [Statement];
  } catch {
    throw malformed('This policy contains invalid Json');
  }
};

/** @throws AwsError unless it says who may take a role */
export const checkTrust = (document: string | undefined): void => {
  if (!document) throw invalid(mustNotBeNull('assumeRolePolicyDocument'));
  for (const { Effect, Principal, Action, Resource } of statementsOf(document)) {
    if (!Effect || !Action) throw malformed('Syntax errors in policy.');
    if (!Principal) throw malformed('AssumeRole policy may only specify STS AssumeRole actions.');
    if (Resource) throw malformed('Has prohibited field Resource');
  }
  if (sizeOf(document) > maxTrustCharacters)
    throw limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${maxTrustCharacters}`);
};

/** @param all the role's other inline policies @throws AwsError unless it says what a role may do */
export const checkInline = (role: string, document: string | undefined, all: Iterable<string>): void => {
  if (!document) throw invalid(mustNotBeNull('policyDocument'));
  for (const { Effect, Action, NotAction, Resource, NotResource, Principal } of statementsOf(document)) {
    if (Principal) throw malformed('Policy document should not specify a principal.');
    if (!Effect || !(Action ?? NotAction)) throw malformed('Syntax errors in policy.');
    if (!(Resource ?? NotResource)) throw malformed('Policy statement must contain resources.');
  }
  const size = [document, ...all].reduce((sum, one) => sum + sizeOf(one), 0);
  if (size > maxInlineCharacters)
    throw limitExceeded(`Maximum policy size of ${maxInlineCharacters} bytes exceeded for role ${role}`);
};

/** Whether a trust policy lets a service take its role. */
export const isTrusted = (document: string, service: string): boolean =>
  statementsOf(document).some(({ Effect, Principal, Action }) => {
    const { Service } = (Principal ?? {}) as { Service?: string | string[] };
    return (
      Effect === 'Allow' && [Service].flat().includes(service) && [Action].flat().includes('sts:AssumeRole')
    );
  });

/** @throws AwsError where the account has as many roles as it may */
export const checkRoom = (roles: number, maxRoles: number): void => {
  if (roles >= maxRoles) throw limitExceeded(`Cannot exceed quota for RolesPerAccount: ${maxRoles}`);
};
