import { describe, expect, it } from 'vitest';
import { exposition } from '../../../../lib/platform/totals/exposition.ts';
import { attributeOf, seriesOf } from '../../../../lib/platform/totals/total.ts';
import { readExposition } from '../../../support/prometheus.ts';

describe('the text format', () => {
  it('carries any text in help and labels unharmed', () => {
    const value = 'a "quoted" \\ back\nslash';
    const text = exposition([
      { name: 'odd', type: 'gauge', help: 'two\nlines \\', samples: [{ labels: { a: value }, value: -1.5 }] },
    ]);
    expect(text).toBe(
      '# HELP thecloud_odd two\\nlines \\\\\n# TYPE thecloud_odd gauge\nthecloud_odd{a="a \\"quoted\\" \\\\ back\\nslash"} -1.5\n',
    );
    expect(readExposition(text).get('thecloud_odd')?.samples).toEqual([
      { name: 'thecloud_odd', labels: { a: value }, value: -1.5 },
    ]);
  });

  it('says nothing of what is not known', () => {
    expect(exposition([{ name: 'none', type: 'counter', help: '.', samples: [] }])).toBe('');
  });

  it.each([
    ['no line feed at the end', '# HELP a .\n# TYPE a gauge\na 1'],
    ['a sample without a type', '# HELP a .\na 1\n'],
    ['a sample of another family', '# HELP a .\n# TYPE a gauge\nb 1\n'],
    ['a series twice', '# HELP a .\n# TYPE a gauge\na{x="1"} 1\na{x="1"} 2\n'],
    ['a family twice', '# HELP a .\n# TYPE a gauge\na 1\n# HELP a .\n'],
    ['a value that is no number', '# HELP a .\n# TYPE a gauge\na one\n'],
    ['a quote inside of a label', '# HELP a .\n# TYPE a gauge\na{x="""} 1\n'],
    ['a name with a hyphen', '# HELP a-b .\n# TYPE a-b gauge\na-b 1\n'],
    [
      'buckets that shrink',
      '# HELP a .\n# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n',
    ],
  ])('is read strictly by the tests: %s', (_, text) => {
    expect(() => readExposition(text)).toThrow();
  });
});

describe('a series', () => {
  it.each([[[]], [['RUNNING']], [['RUNNING', 'ec2']], [['', '=']]])(
    '%j is read back from its attribute',
    (series) => {
      expect(seriesOf(attributeOf(series), series.length)).toEqual(series);
    },
  );

  it('is not taken for a key or for another number of labels', () => {
    expect(['pk', 'sk', 'write_id', 'expires_at'].map((name) => seriesOf(name, 1))).toEqual(
      Array(4).fill(undefined),
    );
    expect(seriesOf('=a|b', 1)).toBeUndefined();
  });

  it('can’t hold what parts it', () => {
    expect(() => attributeOf(['a|b'])).toThrow('a|b');
  });
});
