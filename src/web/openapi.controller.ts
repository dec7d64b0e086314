import { Controller, Get } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Allow } from '../platform/policy.js';
import { openApiOf } from './openapi.js';

/** The description of the API, made once. */
@Controller('api')
export class OpenApiController {
  private description: object | undefined;

  constructor(private readonly modules: ModuleRef) {}

  @Get('openapi.json')
  @Allow('anyone')
  describe(): object {
    return (this.description ??= openApiOf(this.modules));
  }
}
