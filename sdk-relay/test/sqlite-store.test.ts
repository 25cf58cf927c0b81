import { createSqliteStore } from '../src/sqlite.ts';
import { describeStore } from './store-contract.ts';
import { engineStore, foldsAlways } from './support/engine-store.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const path = temporaryFolder();
let files = 0;
const newFile = () => path(`${files++}.db`);

describeStore('in a SQLite database', (bounds) => createSqliteStore({ file: newFile(), ...bounds }));
describeStore('in a SQLite database that is folded at each commit', (bounds) =>
  engineStore(newFile(), bounds, foldsAlways),
);
