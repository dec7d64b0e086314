import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PeopleData } from './people.data.js';
import { Person, PersonAddress, RoleGrant } from './person.entity.js';
import { People } from './people.service.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Person, PersonAddress, RoleGrant])],
  providers: [PeopleData, People],
  exports: [PeopleData, People],
})
export class PeopleModule {}
