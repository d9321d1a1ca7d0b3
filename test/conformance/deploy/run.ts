/**
 * The deploy proof: the CDK's own command line bootstraps an account and deploys all stacks to MiniStack, with IAM
 * policies enforced; then a newcomer's first steps go through the deployed API.
 *
 *     node test/conformance/deploy/run.ts [--app <command>] [--deploy-only]
 *
 * `--app` deploys another app than that of `cdk.json`; `--deploy-only` leaves the newcomer out.
 */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { deploymentTo, type Stack } from './deployment.ts';
import { launchesAnInstance, refusesToBeGoneRound, type Send } from './journey.ts';
import { type MiniStack, startMiniStack } from './ministack.ts';
import { request } from './request.ts';

const { values } = parseArgs({
  options: { app: { type: 'string' }, 'deploy-only': { type: 'boolean', default: false } },
});

const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
  const started = performance.now();
  const result = await work();
  console.log(`✓ ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  return result;
};

const output = (stacks: readonly Stack[], key: string): string => {
  const value = stacks.find(({ outputs }) => outputs[key])?.outputs[key];
  assert.ok(value, `no stack has an output ${key}`);
  return value;
};

/** Through the deployed API's own URL, with the header that the edge adds. */
const senderTo = (server: MiniStack, apiUrl: string, originSecret: string): Send => {
  const { host } = new URL(apiUrl);
  return (method, path, { body, headers, throughEdge = true } = {}) =>
    request(`${server.url}${path}`, {
      certificate: server.certificate,
      host,
      method,
      body,
      headers: {
        ...(throughEdge ? { 'x-origin-verify': originSecret, 'x-viewer-address': '192.0.2.1:0' } : {}),
        ...headers,
      },
    });
};

const prove = async (server: MiniStack): Promise<void> => {
  const deployment = deploymentTo(server, values.app);
  await step('cdk synth', deployment.synth);
  await step('cdk bootstrap', deployment.bootstrap);
  await step('cdk deploy --all', deployment.deploy);
  const stacks = await step('every resource of every stack was made', async () => {
    const all = await deployment.stacks();
    assert.equal(all.length, 6);
    for (const { name, status, resources } of all) {
      assert.match(status, /^(?:CREATE|UPDATE)_COMPLETE$/, name);
      assert.deepEqual(
        resources.filter((resource) => !/^(?:CREATE|UPDATE)_COMPLETE$/.test(resource.status)),
        [],
        name,
      );
    }
    return all;
  });
  for (const { name, resources } of stacks) console.log(`    ${name}: ${resources.length} resources`);
  await step('cdk diff finds nothing left to deploy', deployment.diff);
  if (values['deploy-only']) return;

  const originSecret = await deployment.secret(output(stacks, 'OriginSecretArn'));
  const send = senderTo(server, output(stacks, 'HttpApiUrl'), originSecret);
  await step('without the origin header every call is refused', () => refusesToBeGoneRound(send));
  const took = await step('register, log in, launch, RUNNING, delete', () => launchesAnInstance(send));
  console.log(`    RUNNING ${took} ms after the launch was asked for`);
};

const started = performance.now();
const server = await step('MiniStack started', startMiniStack);
try {
  await prove(server);
  console.log(`Deploy proof passed in ${Math.round((performance.now() - started) / 1000)} s.`);
} catch (error) {
  console.error(error);
  console.error(`--- the end of ${server.logFile}\n${readFileSync(server.logFile, 'utf8').slice(-4000)}`);
  process.exitCode = 1;
} finally {
  await server.stop();
}
