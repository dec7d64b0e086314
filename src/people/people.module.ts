import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AddressAlias, Person, PersonAddress, RoleGrant } from './person.entity.js';
import { People } from './people.service.js';
import { PersonKeys } from './person-keys.js';
import { Protection } from './protection.service.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([AddressAlias, Person, PersonAddress, RoleGrant])],
  providers: [People, PersonKeys, Protection],
  exports: [People, PersonKeys, Protection],
})
export class PeopleModule {}
