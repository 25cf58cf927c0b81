/**
 * The store of a relay in a SQLite database. It needs Node 22.15 or newer.
 *
 * @packageDocumentation
 */
export { createSqliteStore, type SqliteStoreOptions } from './store/sqlite/sqlite-store.ts';
export { isStoreError, StoreError, type StoreErrorCode } from './store/store-error.ts';
