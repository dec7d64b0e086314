import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { parse } from './validate.js';

/** Every body and query that has a DTO passes {@link parse}; path parameters are the gates' business. */
export class ParsePipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if ((type !== 'body' && type !== 'query') || !metatype || metatype === Object || metatype === String)
      return value;
    return parse(metatype as new () => object, value ?? {});
  }
}
