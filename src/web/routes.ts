import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer, Reflector } from '@nestjs/core';
import type { TSchema } from '@sinclair/typebox';
import { ANSWER } from '../platform/answers.js';
import { KEY_REQUIRED, POLICY, type Policy } from '../platform/policy.js';
import { StartFailure } from '../platform/start-failure.js';

/** One route of the running application, as its decorators declare it. */
export interface Route {
  method: string;
  /** Pattern with a leading slash, as in `/api/v1/submissions/:id`. */
  path: string;
  controller: Type;
  handler: string;
  policy: Policy | undefined;
  answer: { schema: TSchema | null; status: number } | undefined;
  keyRequired: boolean;
}

const joined = (...parts: string[]): string =>
  `/${parts
    .map((part) => part.replace(/^\/+|\/+$/g, ''))
    .filter(Boolean)
    .join('/')}`;

/** Whatever can look up what the application consists of. */
export interface Lookup {
  get<T>(type: Type<T>, options?: { strict: boolean }): T;
}

/** Every route of every controller. */
export function routesOf(app: Lookup): Route[] {
  const reflector = app.get(Reflector, { strict: false });
  const routes: Route[] = [];
  for (const module of app.get(ModulesContainer, { strict: false }).values())
    for (const { metatype } of module.controllers.values()) {
      const controller = metatype as Type;
      const base = Reflect.getMetadata(PATH_METADATA, controller) as string | string[];
      for (const name of Object.getOwnPropertyNames(controller.prototype)) {
        const handler = (controller.prototype as Record<string, unknown>)[name];
        if (typeof handler !== 'function' || !Reflect.hasMetadata(METHOD_METADATA, handler)) continue;
        const path = Reflect.getMetadata(PATH_METADATA, handler) as string | string[];
        for (const one of [path].flat())
          routes.push({
            method: RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as number]!,
            path: joined([base].flat()[0] ?? '', one),
            controller,
            handler: name,
            policy: reflector.getAllAndOverride<Policy | undefined>(POLICY, [handler, controller]),
            answer: reflector.get(ANSWER, handler),
            keyRequired: reflector.get<boolean | undefined>(KEY_REQUIRED, handler) ?? false,
          });
      }
    }
  return routes;
}

/** Deny by default: a route that does not say who may call it stops the start. @throws StartFailure naming it. */
export function checkPolicies(app: Lookup): void {
  const open = routesOf(app).find((route) => !route.policy);
  if (open)
    throw new StartFailure(
      `${open.method} ${open.path} (${open.controller.name}.${open.handler}) has no policy: give it @Allow(…).`,
    );
}
