import { parseArgs } from 'node:util';
import { createOperator, type Operator } from '../lib/app/operator.ts';
import { systemClock } from '../lib/platform/clock.ts';
import { CloudError } from '../lib/platform/errors/index.ts';
import { newId } from '../lib/platform/ids.ts';
import { type Password, readPassword } from './admin/password.ts';
import { openTarget } from './admin/target.ts';

const usage = `npm run admin -- <command> --email <e-mail> [options]

  create           make an administrator; does nothing where there is one already
                     --name <name>       default: Administrator
  promote          make a registered user an administrator
  reset-password   set a new password; ends the user's tokens and logins
  suspend          suspend the user's tenant
                     --instances stop|leave   default: stop
  resume           resume the user's tenant

  --stage <stage>    a deployed stage, with your AWS credentials; without it: the engine that runs on
                     CLOUD_DATA_DIR (.cloud)
  --generate         make up a password and print it, once; so it is where there is no terminal
  --password-stdin   read the password from standard input
`;

const timeLimitMilliseconds = 60_000;

const options = {
  email: { type: 'string' },
  name: { type: 'string', default: 'Administrator' },
  stage: { type: 'string' },
  instances: { type: 'string', default: 'stop' },
  generate: { type: 'boolean' },
  'password-stdin': { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>['values'];

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const printPassword = ({ value, generated }: Password) => {
  if (generated) print(`Its password, shown only now: ${value}`);
};
const passwordFor = (values: Values) =>
  readPassword({ stdin: values['password-stdin'], generate: values.generate });

const commands: Record<string, (operator: Operator, email: string, values: Values) => Promise<void>> = {
  async create(operator, email, values) {
    const found = await operator.find(email, AbortSignal.timeout(timeLimitMilliseconds));
    if (found?.role === 'admin') return print(`${email} is an administrator already.`);
    if (found) throw new Error(`${email} is registered with the role ${found.role}: use promote`);
    const password = await passwordFor(values);
    const signal = AbortSignal.timeout(timeLimitMilliseconds);
    const { id } = await operator.createAdministrator(email, values.name, password.value, signal);
    print(`Made the administrator ${email}, user ${id}.`);
    printPassword(password);
    print('Log in with POST /auth/login to get an API key.');
  },
  async promote(operator, email) {
    await operator.promote(email, AbortSignal.timeout(timeLimitMilliseconds));
    print(`${email} is an administrator. Its keys know within 30 s.`);
  },
  async 'reset-password'(operator, email, values) {
    const password = await passwordFor(values);
    await operator.resetPassword(email, password.value, AbortSignal.timeout(timeLimitMilliseconds));
    print(`Set a new password for ${email}.`);
    printPassword(password);
  },
  async suspend(operator, email, { instances }) {
    if (instances !== 'stop' && instances !== 'leave') throw new Error('--instances is stop or leave');
    await operator.suspend(email, instances, AbortSignal.timeout(timeLimitMilliseconds));
    print(`${email} is suspended. Its keys stop within 30 s.`);
  },
  async resume(operator, email) {
    await operator.resume(email, AbortSignal.timeout(timeLimitMilliseconds));
    print(`${email} is resumed.`);
  },
};

const main = async (): Promise<void> => {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const command = commands[positionals[0] ?? ''];
  if (values.help || !command || positionals.length > 1 || !values.email) {
    process.stderr.write(usage);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const target = openTarget(values.stage);
  try {
    process.stderr.write(`On ${target.description}\n`);
    await command(createOperator({ ...target, clock: systemClock, newId }), values.email, values);
  } finally {
    target.close();
  }
};

try {
  await main();
} catch (error) {
  const detail = error instanceof CloudError && error.internal ? ` (${error.internal})` : '';
  process.stderr.write(`${(error as Error).message}${detail}\n`);
  process.exitCode = 1;
}
