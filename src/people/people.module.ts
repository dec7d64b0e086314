import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Person, PersonAddress, RoleGrant } from './person.entity.js';
import { People } from './people.service.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Person, PersonAddress, RoleGrant])],
  providers: [People],
  exports: [People],
})
export class PeopleModule {}
