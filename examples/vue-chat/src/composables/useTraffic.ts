import type { Client } from '@websocket-channel/sdk-client';
import { computed, onScopeDispose, reactive, ref, shallowRef } from 'vue';
import { oncePerFrame } from '../animation-frame.ts';
import { filterTraffic, type TrafficEntry, type TrafficFilter, toTrafficEntry } from '../traffic.ts';

const MAX_ENTRIES = 2000;

export type Traffic = ReturnType<typeof useTraffic>;

/** Keeps the last frames of a client, for the traffic log. Pausing freezes the view; frames are kept all the same. */
export function useTraffic(client: Client) {
  let log: TrafficEntry[] = [];
  let lastId = 0;
  const entries = shallowRef<readonly TrafficEntry[]>([]);
  const paused = ref(false);
  const held = ref(0);
  const filter = reactive<{ -readonly [K in keyof TrafficFilter]: TrafficFilter[K] }>({
    text: '',
    type: '',
    direction: 'all',
  });

  const frame = oncePerFrame(() => {
    if (!paused.value) entries.value = log.slice();
    held.value = lastId - (entries.value.at(-1)?.id ?? lastId);
  });
  const stop = client.on('traffic', (traffic) => {
    lastId += 1;
    log.push(toTrafficEntry(lastId, traffic));
    if (log.length > MAX_ENTRIES) log.shift();
    frame.request();
  });
  onScopeDispose(() => {
    stop();
    frame.cancel();
  });

  return reactive({
    entries,
    paused,
    held,
    filter,
    shown: computed(() => filterTraffic(entries.value, filter)),
    types: computed(() => [...new Set(entries.value.map(({ type }) => type))].filter(Boolean).sort()),
    togglePause() {
      paused.value = !paused.value;
      frame.request();
    },
    clear() {
      log = [];
      entries.value = [];
      held.value = 0;
    },
  });
}
