import { defineCommand } from 'citty';

const say = (...lines: readonly string[]): void => {
  process.stdout.write(`${lines.join('\n')}\n`);
};

async function orExplain(left: readonly string[], action: () => Promise<void>): Promise<void> {
  try {
    if (left[0] !== undefined) throw new TypeError(`There is no argument ${left[0]}`);
    await action();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

/** `websocket-channel-relay inspect <file>`. */
export const inspectCommand = defineCommand({
  meta: {
    name: 'inspect',
    description: 'Tell what is in a database, and whether it is sound; change nothing',
  },
  args: { file: { type: 'positional', description: 'File of the database', required: true } },
  run: ({ args: { file, _ } }) =>
    orExplain(_.slice(1), async () => {
      const { inspect } = await import('./store/sqlite/inspect.ts');
      const { version, bytes, conversations, frames, size, waiting, faults } = inspect(file);
      say(
        `${file}: version ${version}, ${bytes} bytes`,
        `${conversations} conversations, ${frames} frames of ${size} characters`,
        ...[...waiting].map(([agent, events]) => `${events} events wait for the agent ${agent}`),
        ...(faults.length === 0 ? ['sound'] : ['damaged:', ...faults]),
      );
      if (faults.length > 0) process.exitCode = 1;
    }),
});

/** `websocket-channel-relay repair <file> <new file>`. */
export const repairCommand = defineCommand({
  meta: {
    name: 'repair',
    description: 'Copy what can be read of a damaged database into a new one, and tell what was lost',
  },
  args: {
    file: { type: 'positional', description: 'File of the damaged database', required: true },
    to: { type: 'positional', description: 'File of the new database', required: true },
  },
  run: ({ args: { file, to, _ } }) =>
    orExplain(_.slice(2), async () => {
      const { repair } = await import('./store/sqlite/repair.ts');
      const { conversations, frames, waiting, losses, torn } = repair(file, to);
      say(
        `${to}: ${conversations} conversations, ${frames} frames, ${waiting} events that wait`,
        ...losses.map(
          ({ conversation, lost, kept, isAgentUnknown }) =>
            `${conversation}: ${lost} frames lost, ${kept} kept under a new epoch${isAgentUnknown ? ', its agent is unknown: `default`' : ''}`,
        ),
        ...torn.map((table) => `${table}: a part cannot be read${notes[table] ?? ''}`),
        ...(losses.length + torn.length === 0 ? ['nothing was lost'] : []),
      );
    }),
});

/** What may be missing without being known by number. */
const notes: Record<string, string> = {
  conversations: '; what was lost of it cannot be counted',
  batches: '; the newest frames of any conversation may be lost',
  mailbox: '; events that were waiting may be lost',
};
