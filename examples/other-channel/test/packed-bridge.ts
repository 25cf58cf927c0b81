import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createQueue } from './raw-relay.ts';

const example = join(import.meta.dirname, '..');
const repository = join(example, '..', '..');

/** The example in a folder of its own, compiled against the package as it is published. */
export interface PackedExample {
  readonly folder: string;
  /** What was installed beside the example. */
  readonly installed: readonly string[];
  remove(): void;
}

/** Packs the protocol, installs the tarball without a network, and compiles the example against it. */
export function packExample(): PackedExample {
  const folder = mkdtempSync(join(tmpdir(), 'other-channel-'));
  const run = (program: string, ...args: string[]): string =>
    execFileSync(program, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  cpSync(join(example, 'src'), join(folder, 'src'), { recursive: true });
  run('npm', 'pack', join(repository, 'protocol'), '--silent', '--pack-destination', folder);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))!;
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ type: 'module', dependencies: { '@websocket-channel/protocol': `file:${tarball}` } }),
  );
  run('npm', 'install', '--offline', '--no-audit', '--no-fund', '--cache', join(folder, 'cache'));
  const installed = readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'));
  // The compiler's own: no part of what the example runs with.
  const types = join(folder, 'types');
  mkdirSync(types);
  symlinkSync(join(repository, 'node_modules', '@types', 'node'), join(types, 'node'));
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        target: 'ES2024',
        lib: ['ES2024'],
        module: 'NodeNext',
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        rewriteRelativeImportExtensions: true,
        rootDir: 'src',
        outDir: 'out',
        types: ['node'],
        typeRoots: [types],
      },
      include: ['src'],
    }),
  );
  run(join(repository, 'node_modules', '.bin', 'tsc'), '-p', folder);
  return { folder, installed, remove: () => rmSync(folder, { recursive: true }) };
}

/** The compiled bridge, running. */
export interface RunningBridge {
  type(line: string): void;
  /** The next line that it printed. */
  line(): Promise<string>;
  /** Settles with its exit code. */
  readonly exited: Promise<number | null>;
  kill(): void;
}

/** Starts the compiled bridge against a relay. */
export function runBridge({ folder }: PackedExample, url: string, token = 'secret'): RunningBridge {
  const program: ChildProcess = spawn(process.execPath, [join(folder, 'out', 'main.js')], {
    env: { ...process.env, RELAY: url, TOKEN: token },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createQueue<string>();
  createInterface({ input: program.stdout! }).on('line', lines.put);
  return {
    type: (line) => void program.stdin!.write(`${line}\n`),
    line: lines.take,
    exited: once(program, 'exit').then(([code]) => code as number | null),
    kill: () => void program.kill('SIGKILL'),
  };
}
