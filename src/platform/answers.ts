import { applyDecorators, HttpCode, SetMetadata } from '@nestjs/common';
import { Type, type TSchema } from '@sinclair/typebox';

export const ANSWER = 'concord:answer';

/**
 * Declares what an API route answers: the schema goes into the OpenAPI description, and in tests
 * every answer is checked against it.
 */
export function Answers(schema: TSchema | null, status = 200): MethodDecorator {
  return applyDecorators(HttpCode(status), SetMetadata(ANSWER, { schema, status }));
}

/** A page of a list: `next` is the opaque cursor for `?after=`, or null at the end. */
export const pageOf = (item: TSchema): TSchema =>
  Type.Object(
    { items: Type.Array(item), next: Type.Union([Type.String(), Type.Null()]) },
    { additionalProperties: false },
  );

export const instant = Type.String({ format: 'date-time' });
export const orNull = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
