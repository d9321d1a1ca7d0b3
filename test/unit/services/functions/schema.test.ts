import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { issuesOf } from '../../../../lib/platform/http/issues.ts';
import { maxLogBytes } from '../../../../lib/services/functions/limits.ts';
import { keptLogs } from '../../../../lib/services/functions/logs.ts';
import { modelOf } from '../../../../lib/services/functions/runtimes.ts';
import { CreateFunction, UpdateFunction } from '../../../../lib/services/functions/schema.ts';

const good = { name: 'x', runtime: 'nodejs20', handler: 'index.js', code: 'UEsFBg==' };

const namedBy = (schema: z.ZodMiniType, input: unknown): string[] => {
  const result = z.safeParse(schema, input);
  return result.success ? [] : issuesOf(result.error, 'body').map(({ path }) => path);
};

describe('what a function is created with', () => {
  it.each([
    ['no runtime', { runtime: undefined }, 'runtime'],
    ['an unknown runtime', { runtime: 'cobol60' }, 'runtime'],
    ['a handler that leads out', { handler: '../index.js' }, 'handler'],
    ['a handler that leads out further in', { handler: 'a/../../b.js' }, 'handler'],
    ['an absolute handler', { handler: '/etc/passwd' }, 'handler'],
    ['a handler that is an option', { handler: 'a b' }, 'handler'],
    ['no code', { code: '' }, 'code'],
    ['code that is no base64', { code: 'a*b=' }, 'code'],
    ['a negative timeout', { timeout: -1 }, 'timeout'],
    ['a timeout beyond 900', { timeout: '901' }, 'timeout'],
    ['half a second', { timeout: 1.5 }, 'timeout'],
    ['too little memory', { memory_mb: 127 }, 'memory_mb'],
    ['a reserved variable', { environment: { AWS_REGION: 'x' } }, 'environment.AWS_REGION'],
    ['a variable that loosens Node', { environment: { NODE_OPTIONS: 'x' } }, 'environment.NODE_OPTIONS'],
    ['a variable with a bad name', { environment: { '1A': 'x' } }, 'environment.1A'],
    ['a variable of one letter, which Lambda refuses', { environment: { A: 'b' } }, 'environment.A'],
    ['a variable that is no text', { environment: { AB: 1 } }, 'environment.AB'],
    ['too large an environment', { environment: { AB: 'x'.repeat(3_500) } }, 'environment'],
    ['an environment that is no JSON', { environment: '{' }, 'environment'],
  ])('refuses %s', (_, change, field) => {
    expect(namedBy(CreateFunction, { ...good, ...change })).toContain(field);
  });

  it.each([
    ['as numbers', { timeout: 60, memory_mb: 256, environment: { AB: 'b' } }],
    ['as the text of a form', { timeout: '60', memory_mb: '256', environment: '{"AB":"b"}' }],
  ])('takes settings %s', (_, change) => {
    expect(z.parse(CreateFunction, { ...good, ...change })).toMatchObject({
      timeout: 60,
      memory_mb: 256,
      environment: { AB: 'b' },
    });
  });

  it('takes 0 and nothing for the default', () => {
    expect(z.parse(CreateFunction, { ...good, timeout: 0, memory_mb: '' })).toMatchObject({
      timeout: 30,
      memory_mb: 128,
    });
  });

  it('refuses a change of nothing, and of what can not change', () => {
    expect(namedBy(UpdateFunction, {})).toEqual(['body']);
    expect(namedBy(UpdateFunction, { timeout: 5, runtime: 'python312' })).toEqual(['runtime']);
  });
});

describe('the model that a handler names', () => {
  it.each([
    ['nodejs20', 'index.js', ['index.js'], 'process'],
    ['nodejs20', 'index.handler', ['index.js'], 'handler'],
    ['nodejs20', 'src/index.handler', ['src/index.mjs'], 'handler'],
    ['nodejs20', 'index.handler', ['index.handler', 'index.js'], 'process'],
    ['python312', 'main.handler', ['main.py'], 'handler'],
    ['python312', 'main.handler', ['main.js'], undefined],
    ['go122', 'main', ['main'], 'process'],
    ['go122', 'main.handler', ['main'], undefined],
    ['java21', 'app.jar', ['app.jar'], 'process'],
    ['nodejs20', 'other.js', ['index.js'], undefined],
  ] as const)('of %s, %s with %j is %s', (runtime, handler, files, model) => {
    expect(modelOf(runtime, handler, new Set(files))).toBe(model);
  });
});

describe('the logs that are kept', () => {
  it('are the end of long ones, and never half a character', () => {
    const kept = keptLogs(`${'é'.repeat(20_000)}end`);
    expect(kept).toMatch(/^\[\d+ bytes left out\]\né+end$/);
    expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(maxLogBytes);
  });

  it('hold no control characters but those of text', () => {
    expect(keptLogs('a\0b\x1b[1m\tc\r\n')).toBe('a\u{fffd}b\u{fffd}[1m\tc\r\n');
  });
});
