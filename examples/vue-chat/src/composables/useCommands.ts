import { computed, type Ref, ref, watch } from 'vue';
import type { Command } from '../agent.ts';

/**
 * The commands of the agent that begin as the text does, while a command is being typed. Arrow keys move through them, Tab and Enter
 * take the active one, Escape closes the list; `onKeydown` says whether it took the key.
 */
export function useCommands(text: Ref<string>, commands: () => readonly Command[]) {
  const closedAt = ref<string>();
  const active = ref(0);

  const matches = computed(() => {
    const typed = /^\/([\w-]*)$/.exec(text.value)?.[1]?.toLowerCase();
    if (typed === undefined || closedAt.value === text.value) return [];
    return commands().filter(({ name }) => name.toLowerCase().startsWith(typed));
  });
  watch(text, () => {
    active.value = 0;
    closedAt.value = undefined;
  });

  function choose({ name, args }: Command): void {
    text.value = args === undefined ? `/${name}` : `/${name} `;
  }

  function onKeydown(event: KeyboardEvent): boolean {
    const command = matches.value[active.value];
    if (command === undefined || event.isComposing || event.shiftKey) return false;
    const count = matches.value.length;
    switch (event.key) {
      case 'ArrowDown':
        active.value = (active.value + 1) % count;
        break;
      case 'ArrowUp':
        active.value = (active.value + count - 1) % count;
        break;
      case 'Escape':
        closedAt.value = text.value;
        break;
      case 'Enter':
      case 'Tab':
        // What is typed in full is sent by Enter, and left by Tab.
        if (text.value === `/${command.name}`) return false;
        choose(command);
        break;
      default:
        return false;
    }
    event.preventDefault();
    return true;
  }

  return { matches, active, choose, onKeydown };
}
