import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PeopleData } from './people.data.js';
import { AddressAlias, Person, PersonAddress, RoleGrant } from './person.entity.js';
import { People } from './people.service.js';
import { PersonKeys } from './person-keys.js';
import { Protection } from './protection.service.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([AddressAlias, Person, PersonAddress, RoleGrant])],
  providers: [PeopleData, People, PersonKeys, Protection],
  exports: [PeopleData, People, PersonKeys, Protection],
})
export class PeopleModule {}
