import { createHash, randomUUID } from 'node:crypto';
import { GetFunctionCommand } from '@aws-sdk/client-lambda';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BackendError } from '../../../lib/platform/lifecycle/types.ts';
import { createS3CodeStore } from '../../../lib/services/functions/backend.lambda/codes.ts';
import { createLambdaInvoker } from '../../../lib/services/functions/backend.lambda/invoke.ts';
import { functionName } from '../../../lib/services/functions/backend.lambda/names.ts';
import { createLambdaHost } from '../../../lib/services/functions/backend.lambda.ts';
import type {
  CodeStore,
  FunctionHost,
  HostedFunction,
  ObservedFunction,
} from '../../../lib/services/functions/backend.ts';
import { eventually } from '../../support/eventually.ts';
import { zip } from '../../support/zip.ts';
import type { FunctionCloud } from './cloud.ts';

const { signal } = new AbortController();

/** What the server does not do as Lambda does. */
export interface Differences {
  /** It runs no code. */
  runsNothing?: true;
  /** It knows no layers that nobody has published there: functions of the process model are not made on it. */
  knowsItsLayers?: true;
}

/** What the FunctionHost, CodeStore and Invoker ports promise, wherever Lambda and S3 answer. */
export const functionsSuite = (
  name: string,
  start: () => Promise<FunctionCloud>,
  { runsNothing, knowsItsLayers }: Differences = {},
): void => {
  describe(`tenants’ functions on ${name}`, () => {
    let cloud: FunctionCloud;
    let host: FunctionHost;
    let codes: CodeStore;
    beforeAll(async () => {
      cloud = await start();
      host = createLambdaHost(cloud);
      codes = createS3CodeStore(cloud.s3, cloud.place.bucket);
    });
    afterAll(() => cloud?.stop());

    const wanted = (sha256: string, change: Partial<HostedFunction> = {}): HostedFunction => ({
      tenant: randomUUID(),
      functionId: randomUUID(),
      sha256,
      name: 'f',
      runtime: 'nodejs20',
      model: 'handler',
      handler: 'index.handler',
      timeoutSeconds: 7,
      memoryMegabytes: 256,
      environment: { GREETING: 'grüß', EMPTY: '' },
      ...change,
    });
    /** An archive that answers so, put where requests put them. */
    const uploaded = async (source: string, change: Partial<HostedFunction> = {}) => {
      const bytes = await zip({ 'index.mjs': source });
      const of = wanted(createHash('sha256').update(bytes).digest('base64'), change);
      await codes.putIncoming(of, bytes, signal);
      return of;
    };
    const answering = (text: string): string =>
      `export const handler = async (event) => ({ text: ${JSON.stringify(text)}, event, greeting: process.env.GREETING });`;
    const until = (of: HostedFunction, holds: (observed: ObservedFunction) => boolean) =>
      eventually(
        'the function is as wanted',
        async () => {
          const observed = await host.observe(of.functionId, signal);
          return observed && observed.state === 'active' && observed.update === 'done' && holds(observed)
            ? observed
            : false;
        },
        60_000,
      );
    const made = async (source = answering('first'), change: Partial<HostedFunction> = {}) => {
      const of = await uploaded(source, change);
      await host.create(of, signal);
      await until(of, () => true);
      return of;
    };

    it('are not there before they are made, and their delete does nothing', async () => {
      const { functionId } = wanted('');
      expect(await host.observe(functionId, signal)).toBeUndefined();
      await host.delete(functionId, signal);
    });

    it('are made of an archive, and look as they were wanted', async () => {
      const of = await made();
      const observed = await until(of, () => true);
      expect(observed.sha256).toBe(of.sha256);
      expect(observed.settings).toBe(host.settingsOf(of));
      const FunctionName = functionName(cloud.place.prefix, of.functionId);
      const { Tags } = await cloud.lambda.send(new GetFunctionCommand({ FunctionName }));
      expect(Tags).toMatchObject({
        'thecloud:stage': 'test',
        'thecloud:tenant': of.tenant,
        'thecloud:resource': of.functionId,
      });
    });

    it('are not made twice', async () => {
      const of = await made();
      await expect(host.create(of, signal)).rejects.toBeInstanceOf(BackendError);
      expect((await host.observe(of.functionId, signal))?.sha256).toBe(of.sha256);
    });

    it('take other settings, all of them', async () => {
      const of = await made();
      const changed: HostedFunction = {
        ...of,
        timeoutSeconds: 900,
        memoryMegabytes: 512,
        handler: 'index.other',
        environment: { OTHER: 'x' },
      };
      await host.configure(changed, signal);
      const observed = await until(of, ({ settings }) => settings === host.settingsOf(changed));
      expect(observed.sha256).toBe(of.sha256);
    });

    it('take other code', async () => {
      const of = await made();
      const { tenant, functionId } = of;
      const next = await uploaded(answering('second'), { tenant, functionId });
      await host.updateCode(next, signal);
      const observed = await until(of, (one) => one.sha256 === next.sha256);
      expect(observed.settings).toBe(host.settingsOf(of));
    });

    it('are made of code that was kept, when the upload is no longer there', async () => {
      const of = await made();
      await host.delete(of.functionId, signal);
      await host.create(of, signal);
      expect((await until(of, () => true)).sha256).toBe(of.sha256);
    });

    it('are gone once deleted, and so is their code, twice too', async () => {
      const of = await made();
      for (let times = 0; times < 2; times++) {
        await host.delete(of.functionId, signal);
        await host.deleteCodes([of], signal);
      }
      expect(await host.observe(of.functionId, signal)).toBeUndefined();
      for (const folder of ['code', 'incoming']) {
        const { KeyCount } = await cloud.s3.send(
          new ListObjectsV2Command({ Bucket: cloud.place.bucket, Prefix: `${folder}/${of.tenant}/` }),
        );
        expect(KeyCount, folder).toBe(0);
      }
    });

    if (!knowsItsLayers)
      it('of the process model have the layer that runs a process', async () => {
        const of = await made('console.log(1)', { model: 'process', handler: 'index.mjs' });
        const observed = await until(of, () => true);
        expect(observed.settings).toBe(host.settingsOf(of));
        expect(observed.settings).toContain(cloud.place.layerArn);
      });

    if (runsNothing) return;

    it('are run with their payload and environment, and give back what they say', async () => {
      const of = await made();
      const invoker = createLambdaInvoker(cloud.lambda, cloud.place.prefix);
      const target = { functionId: of.functionId, model: 'handler' } as const;
      const ran = await invoker.invoke(target, Buffer.from('{"n":[1,"ü"]}'), signal);
      expect(ran.statusCode, ran.logs).toBe(0);
      expect(JSON.parse(ran.result ?? '')).toEqual({
        text: 'first',
        event: { n: [1, 'ü'] },
        greeting: 'grüß',
      });
    });

    it('that throw have failed, with a word of it', async () => {
      const of = await made('export const handler = async () => { throw new TypeError("on purpose"); };');
      const invoker = createLambdaInvoker(cloud.lambda, cloud.place.prefix);
      const target = { functionId: of.functionId, model: 'handler' } as const;
      const ran = await invoker.invoke(target, Buffer.from('{}'), signal);
      expect(ran.statusCode).toBe(1);
      expect(ran.logs).toContain('on purpose');
    });
  });
};
