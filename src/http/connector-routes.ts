import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import {
  phoneNumberSchema,
  voiceConnectorGroupSchema,
  voiceConnectorSchema,
} from '../../config/connector-schema.ts';
import { describeIssues } from '../../config/describe-issue.ts';
import { integer, phoneNumber, text } from '../../config/field.ts';
import type { Conflict, ConnectorsView } from './connectors-view.ts';
import { Problem } from './problem.ts';

/** What `/` lists of connectors. */
export const CONNECTOR_ROUTES: readonly {
  readonly method: string;
  readonly path: string;
  readonly about: string;
}[] = [
  { method: 'GET', path: '/connectors', about: 'all Voice Connectors' },
  { method: 'GET', path: '/connectors/:id', about: 'one: routes, limits, user names, last OPTIONS' },
  { method: 'PUT', path: '/connectors/:id', about: 'make or change one, as in voiceConnectors' },
  { method: 'DELETE', path: '/connectors/:id', about: 'remove one that no number and no group names' },
  { method: 'PUT', path: '/connectors/:id/credentials/:userName', about: 'set a password: { password }' },
  { method: 'DELETE', path: '/connectors/:id/credentials/:userName', about: 'remove a user' },
  {
    method: 'POST',
    path: '/connectors/:id/inbound-calls',
    about: 'ring a number from the telephone network: { from, to, durationSeconds }',
  },
  { method: 'GET', path: '/connector-groups', about: 'all groups of connectors' },
  { method: 'PUT', path: '/connector-groups/:id', about: 'make or change one' },
  { method: 'DELETE', path: '/connector-groups/:id', about: 'remove one that no number rings' },
  { method: 'GET', path: '/phone-numbers', about: 'all numbers and what each rings' },
  { method: 'PUT', path: '/phone-numbers/:number', about: 'add or change one' },
  { method: 'DELETE', path: '/phone-numbers/:number', about: 'remove one' },
];

const credentialBody = z.strictObject({ password: text('a password') }, 'a password: { password }');
const inboundCallBody = z.strictObject(
  {
    from: phoneNumber(),
    to: phoneNumber(),
    durationSeconds: integer(1, 86_400, 'seconds').nullable().default(null),
  },
  'a call: { from, to, durationSeconds }',
);

type WithId = { Params: { id: string } };
type WithUser = { Params: { id: string; userName: string } };
type WithNumber = { Params: { number: string } };

export function registerConnectorRoutes(server: FastifyInstance, view: ConnectorsView): void {
  registerConnectors(server, view);
  registerGroupsAndNumbers(server, view);
}

function registerConnectors(server: FastifyInstance, view: ConnectorsView): void {
  server.get('/connectors', () => ({ connectors: view.list() }));
  server.get<WithId>('/connectors/:id', ({ params }) => found(view.get(params.id), params.id));
  server.put<WithId>('/connectors/:id', ({ params, body }) =>
    accepted(view.put(read(voiceConnectorSchema, withKey(body, 'id', params.id)))),
  );
  server.delete<WithId>('/connectors/:id', ({ params }, reply) => {
    accepted(found(view.remove(params.id), params.id));
    return reply.code(204).send();
  });
  server.put<WithUser>('/connectors/:id/credentials/:userName', ({ params: { id, userName }, body }) =>
    found(view.putCredential(id, userName, read(credentialBody, body).password), id),
  );
  server.delete<WithUser>('/connectors/:id/credentials/:userName', ({ params: { id, userName } }) =>
    found(view.removeCredential(id, userName), `${id} with user ${userName}`),
  );
  server.post<WithId>('/connectors/:id/inbound-calls', async ({ params, body }, reply) => {
    found(view.get(params.id), params.id);
    const placed = accepted(await view.placeInbound(read(inboundCallBody, body)));
    return reply.code(201).send(placed);
  });
}

function registerGroupsAndNumbers(server: FastifyInstance, view: ConnectorsView): void {
  server.get('/connector-groups', () => ({ groups: view.groups() }));
  server.put<WithId>('/connector-groups/:id', ({ params, body }) =>
    accepted(view.putGroup(read(voiceConnectorGroupSchema, withKey(body, 'id', params.id)))),
  );
  server.delete<WithId>('/connector-groups/:id', ({ params }, reply) => {
    accepted(found(view.removeGroup(params.id), params.id));
    return reply.code(204).send();
  });
  server.get('/phone-numbers', () => ({ phoneNumbers: view.numbers() }));
  server.put<WithNumber>('/phone-numbers/:number', ({ params, body }) =>
    accepted(view.putNumber(read(phoneNumberSchema, withKey(body, 'number', params.number)))),
  );
  server.delete<WithNumber>('/phone-numbers/:number', ({ params }, reply) => {
    found(view.removeNumber(params.number), params.number);
    return reply.code(204).send();
  });
}

/** The key of the path counts; the body need not repeat it. */
function withKey(body: unknown, key: string, value: string): unknown {
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...body, [key]: value } : body;
}

function read<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issues = describeIssues(parsed.error.issues, { schema, tree: body, locate: () => '' });
  const sentences = issues.map(({ key, detail }) => (key === '' ? detail : `${key}: ${detail}`));
  throw new Problem('invalid-definition', sentences.join('; '), issues);
}

function found<Value>(value: Value | null, name: string): Value {
  if (value === null) throw new Problem('not-found', `There is no ${name.slice(0, 100)}.`);
  return value;
}

function accepted<Value extends object | true>(value: Value | Conflict): Value {
  if (typeof value === 'object' && 'conflict' in value) throw new Problem('conflict', value.conflict);
  return value as Value;
}
