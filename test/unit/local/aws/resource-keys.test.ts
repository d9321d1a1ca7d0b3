import { describe, expect, it } from 'vitest';
import { ec2ResourceKeys, elbResourceKeys } from '../../../../local/aws/resource-keys.ts';
import { caller } from './context.ts';

const keys = ec2ResourceKeys((account, region, id) =>
  `${account}/${region}/${id}` === '000000000000/us-east-1/i-1'
    ? { Tenant: 't1', 'aws:cost': 'x' }
    : undefined,
);

describe('the condition keys of an EC2 resource', () => {
  it('are its tags', () => {
    expect(keys('arn:aws:ec2:us-east-1:000000000000:instance/i-1', caller)).toEqual({
      'aws:resourcetag/tenant': 't1',
      'ec2:resourcetag/tenant': 't1',
      'aws:resourcetag/aws:cost': 'x',
      'ec2:resourcetag/aws:cost': 'x',
    });
  });

  it.each([
    ['what does not exist', 'arn:aws:ec2:us-east-1:000000000000:instance/i-2'],
    ['what is yet to be created', 'arn:aws:ec2:us-east-1:000000000000:instance/*'],
    ['another account’s', 'arn:aws:ec2:us-east-1:111111111111:instance/i-1'],
    ['everything', '*'],
    ['another service’s', 'arn:aws:sqs:us-east-1:000000000000:i-1'],
  ])('are none for %s', (_, resource) => {
    expect(keys(resource, caller)).toEqual({});
  });
});

describe('the condition keys of a balancer', () => {
  const arn = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/web/1';
  const keysOfBalancer = elbResourceKeys((account, region, id) =>
    `${account}/${region}` === '000000000000/us-east-1' && id === arn ? { Tenant: 't1' } : undefined,
  );

  it('are its tags', () => {
    expect(keysOfBalancer(arn, caller)).toEqual({
      'aws:resourcetag/tenant': 't1',
      'elasticloadbalancing:resourcetag/tenant': 't1',
    });
  });

  it.each([
    ['what does not exist', `${arn}2`],
    ['what is yet to be created', arn.replace('/1', '/*')],
    ['another service’s', 'arn:aws:ec2:us-east-1:000000000000:instance/i-1'],
  ])('are none for %s', (_, resource) => {
    expect(keysOfBalancer(resource, caller)).toEqual({});
  });
});
