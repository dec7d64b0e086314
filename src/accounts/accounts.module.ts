import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessGuard } from './access.guard.js';
import { AccessToken, LoginSession, SignInLink } from './account.entity.js';
import { AccountsController } from './accounts.controller.js';
import { Authentication } from './authentication.js';
import { Limits } from './limits.js';
import { SignIn } from './sign-in.service.js';
import { Tokens } from './tokens.service.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([SignInLink, LoginSession, AccessToken])],
  controllers: [AccountsController],
  providers: [Authentication, Limits, SignIn, Tokens, { provide: APP_GUARD, useClass: AccessGuard }],
  exports: [Authentication, Limits, SignIn, Tokens],
})
export class AccountsModule {}
