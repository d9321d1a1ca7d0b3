import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resourcesOf, templates } from './synthesized.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/operate.md'), 'utf8');
const headings = [...page.matchAll(/^#+ (.+)$/gm)].map((match) => (match[1] as string).replaceAll('\\', ''));

/** A heading gathers names that begin alike: `the-cloud-<stage>-Failing-worker-mail, -sweep`, or `-x-dead, -y-dead`. */
const gathered = (heading: string): string[] => {
  const [first = '', ...others] = heading.replace('the-cloud-<stage>-', '').split(', ');
  const beginnings = ['', ...[...first.matchAll(/-/g)].map(({ index }) => first.slice(0, index))];
  return [
    first,
    ...others.flatMap((end) => beginnings.map((beginning) => `${beginning}${end}`.replace(/^-/, ''))),
  ];
};

const sections = new Set(headings.flatMap(gathered));
const covered = (name: string): boolean => sections.has(name.replace('the-cloud-dev-', ''));

const resources = resourcesOf(templates());
const namesOf = (type: string, property: string): string[] =>
  resources.filter(({ Type }) => Type === type).map(({ Properties }) => String(Properties[property]));

describe('the runbooks', () => {
  it.each([
    ...namesOf('AWS::CloudWatch::Alarm', 'AlarmName'),
    ...namesOf('AWS::CloudWatch::CompositeAlarm', 'AlarmName'),
  ])('have a section for the alarm %s', (name) => {
    expect(covered(name)).toBe(true);
  });

  it.each(namesOf('AWS::SQS::Queue', 'QueueName').filter((name) => name.endsWith('-dead')))(
    'have a section for the dead-letter queue %s',
    (name) => {
      expect(headings).toContain(name.replace('the-cloud-dev-', ''));
    },
  );

  it('do not miss that an alarm has none', () => {
    expect(covered('the-cloud-dev-nobody-knows-it')).toBe(false);
  });
});

describe('the cost page', () => {
  const cost = readFileSync(join(import.meta.dirname, '../../docs/cost.md'), 'utf8');
  const ofDefault = (type: string): number => namesOf(type, 'Type').length;

  it.each([
    ['AWS::CloudWatch::Alarm', 'Alarms'],
    ['AWS::CloudWatch::CompositeAlarm', 'Composite alarm'],
    ['AWS::CloudWatch::Dashboard', 'Dashboard'],
    ['AWS::SecretsManager::Secret', 'Secrets (origin, token, sealing)'],
  ])('counts every %s of an idle month', (type, row) => {
    expect(cost).toContain(`| ${row} | ${ofDefault(type)} |`);
  });
});
