import { randomInt } from 'node:crypto';
import { AwsError } from '../stand-in.ts';

/** CloudFormation's `GenerateSecretString` and the input of `GetRandomPassword`. */
export interface GenerateSecretString {
  /** 1 to 4,096; default 32. */
  PasswordLength?: number;
  ExcludeCharacters?: string;
  ExcludeLowercase?: boolean;
  ExcludeUppercase?: boolean;
  ExcludeNumbers?: boolean;
  ExcludePunctuation?: boolean;
  IncludeSpace?: boolean;
  /** Default true. */
  RequireEachIncludedType?: boolean;
}

/** The JSON object into which CloudFormation puts the generated string. */
export interface SecretStringTemplate {
  SecretStringTemplate?: string;
  GenerateStringKey?: string;
}

const maxLength = 4096;
const defaultLength = 32;
const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

const pick = (characters: string): string => characters[randomInt(characters.length)] as string;

/** In place, each order equally likely. */
const shuffle = (list: string[]): string[] => {
  for (let index = list.length - 1; index > 0; index -= 1) {
    const other = randomInt(index + 1);
    [list[index], list[other]] = [list[other] as string, list[index] as string];
  }
  return list;
};

const typesOf = (options: GenerateSecretString): string[] => {
  const excluded = new Set(options.ExcludeCharacters ?? '');
  return [
    options.ExcludeLowercase ? '' : 'abcdefghijklmnopqrstuvwxyz',
    options.ExcludeUppercase ? '' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    options.ExcludeNumbers ? '' : '0123456789',
    options.ExcludePunctuation ? '' : punctuation,
    options.IncludeSpace ? ' ' : '',
  ]
    .map((type) => [...type].filter((character) => !excluded.has(character)).join(''))
    .filter((type) => type.length > 0);
};

/** A random password. @throws AwsError InvalidParameterException where none can be made */
export const randomPassword = (options: GenerateSecretString): string => {
  const length = options.PasswordLength ?? defaultLength;
  const types = typesOf(options);
  const required = options.RequireEachIncludedType === false ? [] : types;
  if (!Number.isInteger(length) || length < 1 || length > maxLength)
    throw new AwsError('InvalidParameterException', `Password length must be between 1 and ${maxLength}.`);
  if (types.length === 0 || required.length > length)
    throw new AwsError(
      'InvalidParameterException',
      'The password can’t be made of the characters that are left.',
    );
  const all = types.join('');
  const rest = Array.from({ length: length - required.length }, () => pick(all));
  return shuffle([...required.map(pick), ...rest]).join('');
};

/**
 * The value that CloudFormation gives a new secret.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-secret-generatesecretstring.html
 */
export const generateSecretString = (options: GenerateSecretString & SecretStringTemplate): string => {
  const password = randomPassword(options);
  if (options.SecretStringTemplate === undefined) return password;
  if (!options.GenerateStringKey)
    throw new AwsError(
      'InvalidParameterException',
      'GenerateStringKey is required with SecretStringTemplate.',
    );
  return JSON.stringify({
    ...JSON.parse(options.SecretStringTemplate),
    [options.GenerateStringKey]: password,
  });
};
