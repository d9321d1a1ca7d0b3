import { AwsError } from '../../stand-in.ts';
import { invalidCombination, invalidParameterValue } from './errors.ts';

export interface PageRequest {
  MaxResults?: number;
  NextToken?: string;
}

export interface PageRules {
  /** The name AWS gives the list of ids in its refusal, for example `instancesSet`. */
  idsParameter: string;
  min?: number;
  max?: number;
}

interface Position {
  /** The last record of the page before. */
  after: string;
  /** Where it stood, should it be gone by now. */
  index: number;
}

const encode = (position: Position): string => Buffer.from(JSON.stringify(position)).toString('base64');

const decode = (token: string): Position => {
  try {
    const { after, index } = JSON.parse(Buffer.from(token, 'base64').toString()) as Partial<Position>;
    if (typeof after === 'string' && typeof index === 'number') return { after, index };
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw new AwsError('InvalidNextToken', `The token '${token}' is not valid.`);
};

const startAfter = <T extends { id: string }>(records: T[], token: string | undefined): number => {
  if (token === undefined || token === '') return 0;
  const { after, index } = decode(token);
  const found = records.findIndex(({ id }) => id === after);
  return found === -1 ? index : found + 1;
};

/**
 * One page of records in order of creation. Without MaxResults the answer is whole.
 * @throws InvalidParameterCombination with ids, InvalidParameterValue outside the bounds, InvalidNextToken
 */
export const paginate = <T extends { id: string }>(
  records: T[],
  { MaxResults: maxResults, NextToken: nextToken }: PageRequest,
  hasIds: boolean,
  { idsParameter, min = 5, max = 1_000 }: PageRules,
): { records: T[]; nextToken?: string } => {
  if (hasIds && maxResults !== undefined)
    throw invalidCombination(`The parameter ${idsParameter} cannot be used with the parameter maxResults`);
  if (maxResults !== undefined && (!Number.isInteger(maxResults) || maxResults < min || maxResults > max))
    throw invalidParameterValue(
      `Value ( ${maxResults} ) for parameter maxResults is invalid. Expecting a value between ${min} and ${max}.`,
    );
  const start = startAfter(records, nextToken);
  const page = maxResults === undefined ? records.slice(start) : records.slice(start, start + maxResults);
  const last = page.at(-1);
  return last && start + page.length < records.length
    ? { records: page, nextToken: encode({ after: last.id, index: start + page.length - 1 }) }
    : { records: page };
};
