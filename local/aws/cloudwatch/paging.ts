import type { MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../stand-in.ts';

/** Datapoints of an answer at most, and where nothing is asked for. */
const maxDatapoints = 100_800;

export interface PageRequest {
  MaxDatapoints?: number;
  NextToken?: string;
}

const tokenOf = (offset: number): string => Buffer.from(`datapoints ${offset}`).toString('base64');

const offsetOf = (token: string | undefined): number => {
  if (token === undefined) return 0;
  const offset = /^datapoints (\d+)$/.exec(Buffer.from(token, 'base64').toString())?.[1];
  if (offset === undefined) throw new AwsError('InvalidNextToken', 'The next token specified is invalid.');
  return Number(offset);
};

/**
 * A page of the results, one after the other. A metric that goes on is `PartialData`; on a further page only those stand
 * that go on or begin there.
 */
export const pageOf = (
  all: readonly MetricDataResult[],
  { MaxDatapoints = maxDatapoints, NextToken }: PageRequest,
): { MetricDataResults: MetricDataResult[]; NextToken?: string } => {
  if (!(MaxDatapoints >= 1 && MaxDatapoints <= maxDatapoints))
    throw new AwsError('ValidationError', `MaxDatapoints must be from 1 to ${maxDatapoints}.`);
  const offset = offsetOf(NextToken);
  const end = offset + MaxDatapoints;
  const MetricDataResults: MetricDataResult[] = [];
  let begin = 0;
  for (const { Timestamps = [], Values = [], ...result } of all) {
    const from = Math.max(0, offset - begin);
    const to = Math.min(Values.length, end - begin);
    if (NextToken === undefined || (to > from && from < Values.length))
      MetricDataResults.push({
        ...result,
        Timestamps: Timestamps.slice(from, Math.max(from, to)),
        Values: Values.slice(from, Math.max(from, to)),
        StatusCode: to < Values.length ? 'PartialData' : 'Complete',
      });
    begin += Values.length;
  }
  return { MetricDataResults, ...(end < begin && { NextToken: tokenOf(end) }) };
};
