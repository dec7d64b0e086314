import { AsyncLocalStorage } from 'node:async_hooks';
import { DefaultNamingStrategy, type DataSourceOptions, type Logger } from 'typeorm';
import { MIGRATIONS } from '../../migrations/index.js';

/** Columns and tables are snake_case in PostgreSQL, camelCase in TypeScript. */
class SnakeNaming extends DefaultNamingStrategy {
  private static snake(name: string): string {
    return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
  }
  override tableName(className: string, customName?: string): string {
    return customName ?? SnakeNaming.snake(className);
  }
  override columnName(property: string, customName: string | undefined): string {
    return customName ?? SnakeNaming.snake(property);
  }
}

/** How many statements the current request has sent; pages promise their number and tests hold them to it. */
export const statements = new AsyncLocalStorage<{ count: number; log?: string[] }>();

class StatementCounter implements Logger {
  logQuery(query: string): void {
    const seen = statements.getStore();
    if (!seen || /^(START TRANSACTION|COMMIT|ROLLBACK)/.test(query)) return;
    seen.count += 1;
    seen.log?.push(query);
  }
  logQueryError(): void {}
  logQuerySlow(): void {}
  logSchemaBuild(): void {}
  logMigration(): void {}
  log(): void {}
}

/** The connection's options; entities are gathered from the modules that own them. */
export function databaseOptions(url: string, poolSize: number): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    migrations: MIGRATIONS,
    migrationsTransactionMode: 'each',
    namingStrategy: new SnakeNaming(),
    logger: new StatementCounter(),
    logging: ['query'],
    poolSize,
    applicationName: 'concord',
    // Nothing may hang for ever: a stuck session must not take the conference with it.
    extra: {
      options:
        '-c statement_timeout=15000 -c lock_timeout=5000 -c idle_in_transaction_session_timeout=30000 -c timezone=UTC',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    },
  };
}

/** Whether an error is PostgreSQL's complaint about this unique or check constraint. */
export function violates(error: unknown, constraint: string): boolean {
  const driver = (error as { driverError?: { constraint?: string } }).driverError;
  return driver?.constraint === constraint;
}
