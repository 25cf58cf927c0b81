import { type Command, limits } from '@websocket-channel/protocol';
import {
  findCommandByNativeName,
  listNativeCommandSpecsForConfig,
} from 'openclaw/plugin-sdk/native-command-registry';
import { channelId } from '../channel-id.ts';

type Config = Parameters<typeof listNativeCommandSpecsForConfig>[0];

/** What OpenClaw's registry says of a command. */
interface Spec {
  readonly name: string;
  readonly description: string;
  readonly isAlias?: boolean;
  readonly args?: readonly { readonly name: string; readonly required?: boolean }[];
}

/** The commands that OpenClaw runs when they are said in a conversation, as its configuration allows. */
export function commandCatalogue(config: Config): readonly Command[] {
  const specs = listNativeCommandSpecsForConfig(config, { provider: channelId });
  return toCommands(specs, (name) => findCommandByNativeName(name, channelId)?.textAliases ?? []);
}

/**
 * Writes commands as the protocol does, within its bounds. What cannot be said, or only under a name that is none, is left out.
 *
 * @param aliases The ways to say a command of that name.
 */
export function toCommands(
  specs: readonly Spec[],
  aliases: (name: string) => readonly string[],
): readonly Command[] {
  const commands = new Map<string, Command>();
  for (const { name, description, isAlias, args = [] } of specs) {
    const said = aliases(name).includes(`/${name}`) ? name : aliases(name)[0]?.slice(1);
    const what = brief(description);
    if (isAlias || said === undefined || !legalName.test(said) || what === '' || commands.has(said)) continue;
    const follow = brief(args.map((arg) => (arg.required ? `<${arg.name}>` : `[${arg.name}]`)).join(' '));
    commands.set(said, { name: said, description: what, ...(follow !== '' && { args: follow }) });
  }
  return [...commands.values()].slice(0, limits.commands);
}

const legalName = new RegExp(`^[A-Za-z0-9_-]{1,${limits.idLength}}$`);

/** One line without control characters, cut where the protocol says. */
function brief(text: string): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  const points = [...line];
  return points.length <= limits.nameLength ? line : `${points.slice(0, limits.nameLength - 1).join('')}…`;
}
