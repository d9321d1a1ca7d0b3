import * as z from 'zod/mini';
import { CloudError, notFound } from '../../../../lib/platform/errors/index.ts';
import type { Caller, PublicCaller } from '../../../../lib/platform/http/caller.ts';
import type { ListRequest } from '../../../../lib/platform/http/list.ts';
import { IdParams } from '../../../../lib/platform/http/params.ts';
import { RawAnswer } from '../../../../lib/platform/http/raw.ts';
import { type Listed, type Route, route } from '../../../../lib/platform/http/route.ts';

export const Widget = z.object({ id: z.string(), name: z.string(), size: z.optional(z.int()) });
export type Widget = z.infer<typeof Widget>;

export const NewWidget = z.object({
  name: z.string().check(z.minLength(1), z.maxLength(64)),
  size: z.optional(z.int().check(z.gte(1))),
  color: z.optional(z.enum(['red', 'green'])),
  parts: z.optional(z.array(z.object({ path: z.string() }))),
});

export interface Widgets {
  create(caller: Caller, input: z.infer<typeof NewWidget>): Promise<Widget>;
  get(caller: Caller, id: string): Promise<Widget>;
  list(caller: Caller, request: ListRequest): Promise<Listed<Widget[]>>;
  open(caller: PublicCaller): Promise<Widget>;
}

const widget: Widget = { id: '0199a5d0-7c3e-7b1a-9f00-3f6c2f1e0a11', name: 'one' };

/** Answers what it was asked, with a field that no schema lets out. */
export const widgets: Widgets = {
  create: async (_, input) => ({ ...widget, ...input, secret: 'stored-only' }) as Widget,
  get: async (_, id) => {
    if (id === 'absent') throw notFound('widget');
    if (id === 'crash') throw new TypeError('the very inside of the thing');
    if (id === 'throttled') throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    if (id === 'wrong') return { id: 1 } as unknown as Widget;
    if (id === 'busy')
      throw new CloudError('UNAVAILABLE', 'busy', { internal: 'detail', retryAfterSeconds: 7 });
    return { ...widget, id, secret: 'stored-only' } as Widget;
  },
  list: async (_, request) => ({
    items: [widget, widget],
    ...(request.paged && {
      page: {
        page: 1,
        pageSize: request.pageSize,
        total: 2,
        totalPages: 1,
        sortBy: request.sortBy,
        sortDir: request.sortDir,
      },
    }),
  }),
  open: async () => widget,
};

const declare = route<Widgets>();

export const widgetRoutes: Route<Widgets>[] = [
  declare({
    method: 'POST',
    path: '/widgets',
    permission: 'instance:launch',
    idempotent: true,
    summary: 'Create',
    body: NewWidget,
    responds: { status: 201, body: Widget },
    handle: ({ body, caller }, service) => service.create(caller, body),
  }),
  declare({
    method: 'GET',
    path: '/widgets',
    permission: 'instance:read',
    summary: 'List',
    query: z.object({ state: z.optional(z.enum(['RUNNING', 'STOPPED'])) }),
    list: { sortBy: ['name', 'createdAt'], filters: ['state'] },
    responds: { status: 200, body: z.array(Widget) },
    handle: ({ list, caller }, service) => service.list(caller, list),
  }),
  declare({
    method: 'GET',
    path: '/widgets/:id',
    permission: 'instance:read',
    summary: 'Get',
    responds: { status: 200, body: Widget },
    handle: ({ params, caller }, service) => service.get(caller, params.id as string),
  }),
  declare({
    method: 'GET',
    path: '/strict/:id',
    permission: 'authenticated',
    summary: 'Get by id',
    params: IdParams,
    responds: { status: 200, body: Widget },
    handle: ({ params, caller }, service) => service.get(caller, params.id),
  }),
  declare({
    method: 'DELETE',
    path: '/widgets/:id',
    permission: '*',
    idempotent: true,
    summary: 'Delete',
    responds: { status: 204, body: 'empty' },
    handle: async ({ params, caller }, service) => void (await service.get(caller, params.id as string)),
  }),
  declare({
    method: 'GET',
    path: '/bare',
    permission: 'public',
    shape: 'bare',
    summary: 'Bare',
    responds: { status: 200, body: Widget },
    handle: ({ caller }, service) => service.open(caller),
  }),
  declare({
    method: 'GET',
    path: '/split',
    permission: 'public',
    shape: 'split',
    summary: 'Split',
    responds: { status: 200, body: Widget },
    handle: ({ caller }, service) => service.open(caller),
  }),
  declare({
    method: 'GET',
    path: '/text',
    permission: 'public',
    shape: 'text',
    summary: 'Text',
    responds: { status: 200, body: z.string() },
    handle: async () => 'line 1\nline 2\n',
  }),
  declare({
    method: 'GET',
    path: '/raw',
    permission: 'public',
    shape: 'raw',
    rateLimit: 'none',
    summary: 'Raw',
    responds: { status: 200, body: RawAnswer },
    handle: async () => ({ contentType: 'text/css', body: 'a{}'.repeat(600), status: 203 }),
  }),
  declare({
    method: 'GET',
    path: '/slow',
    permission: 'public',
    summary: 'Waits for the end of its time',
    responds: { status: 200, body: Widget },
    handle: ({ caller }) =>
      new Promise((_, reject) => caller.signal.addEventListener('abort', () => reject(caller.signal.reason))),
  }),
];
