/**
 * The deploy proof: the CDK's own command line bootstraps an account and deploys all stacks to MiniStack, with IAM
 * policies enforced; then a newcomer's first steps go through the deployed API. What it can't prove, and why, stands in
 * `docs/limits-of-emulators.md`. Each test goes on from where the one before ended.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import { type Deployment, deploymentTo, type Stack } from './deployment.ts';
import {
  deletes,
  joins,
  type Key,
  keepsEveryByte,
  launchesAnInstance,
  makesANetwork,
  makesAVolume,
  passesTheRestApi,
  refusesToBeGoneRound,
  type Send,
} from './journey.ts';
import { type MiniStack, startMiniStack } from './ministack.ts';
import { request } from './request.ts';

const done = /^(?:CREATE|UPDATE)_COMPLETE$/;

const output = (stacks: readonly Stack[], key: string): string => {
  const value = stacks.find(({ outputs }) => outputs[key])?.outputs[key];
  if (!value) throw new Error(`no stack has an output ${key}`);
  return value;
};

/** Through the deployed API's own URL, with the headers that the edge adds. */
const senderTo =
  (server: MiniStack, apiUrl: string, originSecret: string): Send =>
  (method, path, { body, headers, throughEdge = true } = {}) =>
    request(`${server.url}${path}`, {
      certificate: server.certificate,
      host: new URL(apiUrl).host,
      method,
      body,
      headers: {
        ...(throughEdge ? { 'x-origin-verify': originSecret, 'x-viewer-address': '192.0.2.1:0' } : {}),
        ...headers,
      },
    });

describe('on an account of its own', () => {
  let server: MiniStack;
  let deployment: Deployment;
  let stacks: Stack[];
  let key: Key;

  beforeAll(async () => {
    server = await startMiniStack();
    deployment = deploymentTo(server);
    await deployment.synth();
  });

  afterAll(() => server?.stop());

  const showLog = (): void =>
    onTestFailed(() =>
      console.error(`the end of the server's log:\n${readFileSync(server.logFile, 'utf8').slice(-4000)}`),
    );

  it('`cdk bootstrap` and `cdk deploy --all` make every resource of the six stacks', async () => {
    showLog();
    await deployment.bootstrap();
    await deployment.deploy();
    stacks = await deployment.stacks();
    expect(stacks.map(({ name, status }) => [name.split('-').at(-1), done.test(status)]).sort()).toEqual([
      ['api', true],
      ['edge', true],
      ['network', true],
      ['observability', true],
      ['state', true],
      ['workers', true],
    ]);
    expect(stacks.flatMap(({ resources }) => resources).filter(({ status }) => !done.test(status))).toEqual(
      [],
    );
    console.log(stacks.map(({ name, resources }) => `${name}: ${resources.length} resources`).join('\n'));
  });

  it('`cdk diff` finds nothing left to deploy', async () => {
    showLog();
    await deployment.diff();
  });

  it('the API refuses every call that does not come through the edge', async () => {
    showLog();
    const secret = await deployment.secret(output(stacks, 'OriginSecretArn'));
    await refusesToBeGoneRound(senderTo(server, output(stacks, 'HttpApiUrl'), secret));
  });

  const restSender = async (): Promise<Send> => {
    const secret = await deployment.secret(output(stacks, 'OriginSecretArn'));
    // The emulator serves both APIs below a domain of its own, under the ids that the deployment gave them.
    const [id] = output(stacks, 'RestApiDomain').split('.');
    const { protocol, host } = new URL(output(stacks, 'HttpApiUrl'));
    return senderTo(server, `${protocol}//${id}${host.slice(host.indexOf('.'))}`, secret);
  };

  it('the REST API leads to its function, any path and method', async () => {
    showLog();
    await passesTheRestApi(await restSender());
  });

  const sender = async (): Promise<Send> =>
    senderTo(
      server,
      output(stacks, 'HttpApiUrl'),
      await deployment.secret(output(stacks, 'OriginSecretArn')),
    );

  it('a newcomer registers, logs in, launches an instance and sees it run', async () => {
    showLog();
    const send = await sender();
    key = await joins(send);
    console.log(`RUNNING ${await launchesAnInstance(send, key)} ms after the launch was asked for`);
  });

  it('an object keeps every byte', async () => {
    showLog();
    await keepsEveryByte(await restSender(), key);
  });

  it('a VPC with a public subnet comes about on EC2, and goes again', async () => {
    showLog();
    const send = await sender();
    const { vpc } = await makesANetwork(send, key);
    await deletes(send, key, `/vpcs/${vpc}`, 'vpcs');
  });

  it('a volume comes about on EBS, and goes again', async () => {
    showLog();
    const send = await sender();
    const volume = await makesAVolume(send, key);
    await deletes(send, key, `/volumes/${volume}`, 'volumes');
  });
});
