import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { dynoxideBinary } from '../../../../../local/engine/services/dynoxide-binary.ts';

it.each([['darwin-arm64'], ['win32-x64'], ['linux-arm64']])(
  'on %s it says which variable to set',
  (platform) => {
    expect(() => dynoxideBinary(platform)).toThrow(/AWS_ENDPOINT_URL/);
  },
);

it('the supervisor ends its program when the process that holds its input dies', async () => {
  const supervisor = spawn(
    process.execPath,
    [
      fileURLToPath(new URL('../../../../../local/engine/services/supervisor.ts', import.meta.url)),
      'sh',
      '-c',
      'echo $$; exec sleep 600',
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const [line] = await once(supervisor.stdout, 'data');
  const pid = Number(String(line));
  expect(() => process.kill(pid, 0)).not.toThrow();
  supervisor.stdin.destroy();
  await once(supervisor, 'exit');
  expect(() => process.kill(pid, 0)).toThrow();
});
