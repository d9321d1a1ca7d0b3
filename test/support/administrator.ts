import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Account, ApiClient } from './api-client.ts';

const run = promisify(execFile);

/** Makes an administrator with the operator's command, as the README says, and logs in. */
export const makeAdministrator = async (engine: { url: string; dataDir: string }): Promise<Account> => {
  const email = `administrator-${Date.now()}@example.com`;
  const { stdout } = await run(
    process.execPath,
    [join(import.meta.dirname, '../../scripts/admin.ts'), 'create', '--email', email, '--generate'],
    { env: { ...process.env, CLOUD_DATA_DIR: engine.dataDir } },
  );
  const password = /password[^:]*:\s*(\S+)/i.exec(stdout)?.[1];
  if (!password) throw new Error(`no password in: ${stdout}`);
  const anonymous = new ApiClient(engine.url);
  const login = await anonymous.post<{ api_key: string; user: { id: string } }>('/auth/login', {
    email,
    password,
  });
  if (login.status !== 200) throw new Error(`login answered ${login.status}: ${login.text}`);
  return { id: login.data.user.id, email, password, api: anonymous.as(login.data.api_key) };
};
