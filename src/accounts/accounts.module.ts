import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccountsData } from './accounts.data.js';
import { AccessGuard } from './access.guard.js';
import {
  AccessToken,
  LoginSession,
  OrcidAttempt,
  Passkey,
  PersonOrcid,
  SignInLink,
  WebauthnChallenge,
} from './account.entity.js';
import { AccountsController } from './accounts.controller.js';
import { Addresses } from './addresses.service.js';
import { Authentication } from './authentication.js';
import { Limits } from './limits.js';
import { LoginSessions } from './login-sessions.service.js';
import { OrcidSignIn } from './orcid-sign-in.service.js';
import { Passkeys } from './passkeys.service.js';
import { ProofLink } from './proof-link.entity.js';
import { Proofs } from './proofs.service.js';
import { SignIn } from './sign-in.service.js';
import { Tokens } from './tokens.service.js';

@Global()
@Module({
  imports: [
    TypeOrmModule.forFeature([
      SignInLink,
      LoginSession,
      AccessToken,
      Passkey,
      WebauthnChallenge,
      PersonOrcid,
      OrcidAttempt,
      ProofLink,
    ]),
  ],
  controllers: [AccountsController],
  providers: [
    AccountsData,
    Addresses,
    Authentication,
    Limits,
    LoginSessions,
    OrcidSignIn,
    Passkeys,
    Proofs,
    SignIn,
    Tokens,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [
    AccountsData,
    Addresses,
    Authentication,
    Limits,
    LoginSessions,
    OrcidSignIn,
    Passkeys,
    Proofs,
    SignIn,
    Tokens,
  ],
})
export class AccountsModule {}
