import { expect, it } from 'vitest';
import { DataFolderInUseError } from '../../../../local/engine/data-folder.ts';
import { explain } from '../../../../local/engine/start-problems.ts';
import { TemplateError } from '../../../../local/engine/template/template-error.ts';

it.each([
  ['a used folder', new DataFolderInUseError('in use'), 'in use'],
  ['a template', new TemplateError('x'), 'The template cannot run locally: x'],
  [
    'a port',
    Object.assign(new Error('listen'), { code: 'EADDRINUSE' }),
    'choose another: PORT=8081 npm start',
  ],
  ['context that is not JSON', new SyntaxError('bad'), 'CLOUD_CONTEXT must be a JSON object'],
  ['a bad context value', new Error('The context is not valid.\n  stage: no'), 'stage: no'],
])('explains %s', (_, error, expected) => {
  expect(explain(error, 8080)).toContain(expected);
});
