import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import type { TSchema } from '@sinclair/typebox';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { getMetadataStorage } from 'class-validator';
import { problemSchema } from './problem.js';
import { routesOf, type Lookup, type Route } from './routes.js';

type Json = Record<string, unknown>;
type Dto = new () => object;

/** Positions of Nest's parameter decorators, as in its RouteParamtypes. */
const BODY = 3;
const QUERY = 4;

const BUILT_IN = new Set<unknown>([Object, String, Number, Boolean, Array, undefined]);

/** The DTO classes of a handler's body and query, where it has any. */
function inputs(route: Route): { body?: Dto; query?: Dto } {
  const found: { body?: Dto; query?: Dto } = {};
  const args = (Reflect.getMetadata(ROUTE_ARGS_METADATA, route.controller, route.handler) ?? {}) as Record<
    string,
    { index: number }
  >;
  const types = (Reflect.getMetadata(
    'design:paramtypes',
    route.controller.prototype as object,
    route.handler,
  ) ?? []) as unknown[];
  for (const [key, { index }] of Object.entries(args)) {
    const type = types[index];
    if (BUILT_IN.has(type)) continue;
    if (key.startsWith(`${BODY}:`)) found.body = type as Dto;
    if (key.startsWith(`${QUERY}:`)) found.query = type as Dto;
  }
  return found;
}

/** JSON Schema of a DTO, read from the very decorators that check it. */
function schemaOf(dto: Dto, schemas: Json): Json {
  if (schemas[dto.name]) return { $ref: `#/components/schemas/${dto.name}` };
  schemas[dto.name] = {};
  const metadata = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
  const properties: Record<string, Json> = {};
  const optional = new Set<string>();
  for (const rule of metadata) {
    const property = (properties[rule.propertyName] ??= {});
    const limit = ((rule.constraints ?? [])[0] ??
      (rule.context as { limit?: unknown } | undefined)?.limit) as unknown;
    const name = rule.name ?? rule.type;
    const target = rule.each ? ((property['items'] ??= {}) as Json) : property;
    if (rule.type === 'conditionalValidation') optional.add(rule.propertyName);
    else if (rule.type === 'nestedValidation') {
      const type = defaultMetadataStorage.findTypeMetadata(dto, rule.propertyName)?.typeFunction() as
        Dto | undefined;
      if (type) {
        const reference = schemaOf(type, schemas);
        if (property['type'] === 'array' || rule.each)
          Object.assign(property, { type: 'array', items: reference });
        else Object.assign(property, { type: undefined }, reference);
      }
    } else if (name === 'isString') target['type'] = 'string';
    else if (name === 'isInt') target['type'] = 'integer';
    else if (name === 'isBoolean') target['type'] = 'boolean';
    else if (name === 'isObject' && !rule.each) target['type'] = 'object';
    else if (name === 'isArray') property['type'] = 'array';
    else if (name === 'maxLength') target['maxLength'] = limit;
    else if (name === 'min') target['minimum'] = limit;
    else if (name === 'max') target['maximum'] = limit;
    else if (name === 'isIn') target['enum'] = limit;
    else if (name === 'arrayMinSize') property['minItems'] = limit;
    else if (name === 'arrayMaxSize') property['maxItems'] = limit;
    else if (name === 'arrayUnique') property['uniqueItems'] = true;
    else if (name === 'isISO31661Alpha2') target['pattern'] = '^[A-Z]{2}$';
    else if (name === 'required') target['minLength'] = 1;
  }
  for (const [name, property] of Object.entries(properties)) {
    // What was found to be a list, a reference or a word keeps no leftovers of the order of the decorators.
    if (property['items'] && property['type'] === undefined) property['type'] = 'array';
    if (property['$ref'] && property['type'] === undefined) properties[name] = { $ref: property['$ref'] };
  }
  schemas[dto.name] = {
    type: 'object',
    additionalProperties: false,
    properties,
    required: Object.keys(properties).filter((name) => !optional.has(name)),
  };
  return { $ref: `#/components/schemas/${dto.name}` };
}

/** TypeBox schemas are JSON Schema; `$id` becomes a shared component. */
function answerOf(schema: TSchema, schemas: Json): Json {
  const plain = JSON.parse(JSON.stringify(schema)) as Json;
  const id = plain['$id'];
  delete plain['$id'];
  if (typeof id !== 'string') return plain;
  schemas[id] = plain;
  return { $ref: `#/components/schemas/${id}` };
}

const header = (name: string, required: boolean, description: string): Json => ({
  in: 'header',
  name,
  required,
  schema: { type: 'string' },
  description,
});

/** Whether somebody who is not signed in may call the route: a gate says which of its acts are for guests. */
function forGuests({ policy }: Route): boolean {
  if (typeof policy !== 'object') return policy === 'anyone';
  return (policy.gate as { forGuests?: readonly string[] }).forGuests?.includes(policy.act) ?? false;
}

function operation(route: Route, schemas: Json): Json {
  const { body, query } = inputs(route);
  const parameters: Json[] = [...route.path.matchAll(/:(\w+)/g)].map((match) => ({
    in: 'path',
    name: match[1],
    required: true,
    schema: { type: 'string' },
  }));
  if (query) {
    schemaOf(query, schemas);
    const schema = schemas[query.name] as { properties: Record<string, Json>; required: string[] };
    delete schemas[query.name];
    for (const [name, property] of Object.entries(schema.properties))
      parameters.push({ in: 'query', name, required: schema.required.includes(name), schema: property });
  }
  if (route.method === 'POST')
    parameters.push(
      header(
        'Idempotency-Key',
        route.keyRequired,
        'A repeat with the same key and body answers with the same thing',
      ),
    );
  if (['PATCH', 'PUT', 'POST', 'DELETE'].includes(route.method) && /:\w+/.test(route.path))
    parameters.push(
      header(
        'If-Match',
        false,
        'Version that was seen, as the ETag gave it; asked for where the row has one',
      ),
    );
  const { schema, status } = route.answer ?? { schema: null, status: 200 };
  return {
    operationId: `${route.controller.name.replace(/Controller$/, '')}.${route.handler}`,
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, schemas) } } },
    }),
    responses: {
      [status]: schema
        ? { description: 'Done', content: { 'application/json': { schema: answerOf(schema, schemas) } } }
        : { description: 'Done' },
      default: {
        description: 'Refused; see `code` and `fields`',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
    security: forGuests(route) ? [] : [{ token: [] }],
  };
}

/** The OpenAPI 3.1 description of the running API, made from its routes, DTOs and answers. */
export function openApiOf(app: Lookup): Json {
  const schemas: Json = {};
  answerOf(problemSchema, schemas);
  const paths: Record<string, Json> = {};
  const routes = routesOf(app)
    .filter((route) => route.path.startsWith('/api/v1/'))
    .toSorted((a, b) =>
      a.path === b.path ? a.method.localeCompare(b.method) : a.path.localeCompare(b.path),
    );
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[route.method.toLowerCase()] = operation(route, schemas);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Concord',
      version: '1',
      description:
        'Conference submission, review and registration. Errors are problem details (RFC 9457) that name code, field, limit and value.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).toSorted(([a], [b]) => a.localeCompare(b))),
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'A personal access token' } },
    },
  };
}
