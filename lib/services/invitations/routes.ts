import * as z from 'zod/mini';
import { route } from '../../platform/http/route.ts';
import { CreateInvitation, Invitation } from './schema.ts';
import type { Invitations } from './service.ts';

const declare = route<{ invitations: Invitations }>();

export const invitationRoutes = [
  declare({
    method: 'POST',
    path: '/admin/invitations',
    permission: '*',
    idempotent: 'encrypted',
    body: CreateInvitation,
    responds: { status: 201, body: Invitation },
    summary: 'Invite somebody to register, once',
    handle: ({ body, caller }, { invitations }) => invitations.create(caller, body),
  }),
  declare({
    method: 'GET',
    path: '/admin/invitations',
    permission: '*',
    list: { sortBy: ['name', 'createdAt', 'state'] },
    responds: { status: 200, body: z.array(Invitation) },
    summary: 'List invitations',
    handle: ({ caller, list }, { invitations }) => invitations.list(caller, list),
  }),
  declare({
    method: 'DELETE',
    path: '/admin/invitations/:id',
    permission: '*',
    idempotent: true,
    responds: { status: 204, body: 'empty' },
    errors: ['NOT_FOUND'],
    summary: 'Take an invitation back',
    handle: ({ params, caller }, { invitations }) => invitations.revoke(caller, String(params.id)),
  }),
];
